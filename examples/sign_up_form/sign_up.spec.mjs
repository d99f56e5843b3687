// The sign-up in a browser, by Playwright for Node.js: `npx playwright test` while the form and the emulator's server run.
import { expect, test } from "@playwright/test";

const FORM = process.env.FORM ?? "http://127.0.0.1:8000/";
const EMULATOR = process.env.AWS_ENDPOINT_URL ?? "http://127.0.0.1:7767";

async function waitForCode(request, to) {
  const answer = await request.get(`${EMULATOR}/_emulator/messages/code`, { params: { to, timeout: 10 } });
  const { code } = await answer.json();
  return code;
}

test("who enters the code that arrives is welcomed", async ({ page, request }) => {
  await page.goto(FORM);
  await page.getByLabel("Phone").fill("+1 425 555 0100");
  await page.getByRole("button", { name: "Send code" }).click();

  await page.getByLabel("Code").fill(await waitForCode(request, "+14255550100"));
  await page.getByRole("button", { name: "Sign up" }).click();

  await expect(page.getByRole("heading")).toHaveText("Welcome, +14255550100");
});
