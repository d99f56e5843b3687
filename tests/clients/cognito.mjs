// Sign up with a phone number, and confirm with the code that is on the phone: a wrong one first, then the right one twice.

import { createRequire } from "node:module";

import { tell } from "./sdk.mjs";

const cognito = createRequire(process.env.SDK)("@aws-sdk/client-cognito-identity-provider");
const client = new cognito.CognitoIdentityProviderClient({ region: "us-east-1" });
const phone = process.argv[2];

const pool = await client.send(
  new cognito.CreateUserPoolCommand({ PoolName: "users", AutoVerifiedAttributes: ["phone_number"] }),
);
const app = await client.send(
  new cognito.CreateUserPoolClientCommand({ UserPoolId: pool.UserPool.Id, ClientName: "app" }),
);
const user = { ClientId: app.UserPoolClient.ClientId, Username: "ann" };
const signedUp = await client.send(
  new cognito.SignUpCommand({ ...user, Password: "Secret-123", UserAttributes: [{ Name: "phone_number", Value: phone }] }),
);
const url = `${process.env.AWS_ENDPOINT_URL}/_emulator/verification-codes?to=${encodeURIComponent(phone)}`;
const code = (await (await fetch(url)).json()).codes.at(-1).code;

async function confirm(ConfirmationCode) {
  try {
    await client.send(new cognito.ConfirmSignUpCommand({ ...user, ConfirmationCode }));
    return "confirmed";
  } catch (error) {
    return error.name;
  }
}

const wrong = code === "000000" ? "000001" : "000000";
tell({
  details: signedUp.CodeDeliveryDetails,
  results: [await confirm(wrong), await confirm(code), await confirm(code)],
});
