// Cognito's story with the codes that are on the phone: sign up, forget the password, sign in with a text as second factor.

import { createRequire } from "node:module";

import { tell } from "./sdk.mjs";

const cognito = createRequire(process.env.SDK)("@aws-sdk/client-cognito-identity-provider");
const client = new cognito.CognitoIdentityProviderClient({ region: "us-east-1" });
const control = `${process.env.AWS_ENDPOINT_URL}/_emulator`;
const phone = process.argv[2];

async function newestCode() {
  const answer = await fetch(`${control}/verification-codes?to=${encodeURIComponent(phone)}`);
  return (await answer.json()).codes.at(-1).code;
}

async function pass(hours) {
  const body = JSON.stringify({ advance_seconds: hours * 3600 });
  await fetch(`${control}/clock`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

function other(code) {
  return code === "000000" ? "000001" : "000000";
}

async function attempt(command) {
  try {
    const answer = await client.send(command);
    return answer.AuthenticationResult?.TokenType ?? "done";
  } catch (error) {
    return error.name;
  }
}

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

const first = await newestCode();
const confirm = (ConfirmationCode) => attempt(new cognito.ConfirmSignUpCommand({ ...user, ConfirmationCode }));
const signUp = [await confirm(other(first)), await confirm(first), await confirm(first)];

const change = (ConfirmationCode) =>
  attempt(new cognito.ConfirmForgotPasswordCommand({ ...user, Password: "Secret-456", ConfirmationCode }));
await client.send(new cognito.ForgotPasswordCommand(user));
const late = await newestCode();
await pass(1);
const forgotten = [await change(late)];
await client.send(new cognito.ForgotPasswordCommand(user));
const fresh = await newestCode();
forgotten.push(await change(other(fresh)), await change(fresh), await change(fresh));

await client.send(
  new cognito.AdminSetUserMFAPreferenceCommand({
    UserPoolId: pool.UserPool.Id,
    Username: "ann",
    SMSMfaSettings: { Enabled: true, PreferredMfa: true },
  }),
);
const challenge = await client.send(
  new cognito.InitiateAuthCommand({
    ClientId: user.ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "ann", PASSWORD: "Secret-456" },
  }),
);
const answer = (code) =>
  attempt(
    new cognito.RespondToAuthChallengeCommand({
      ClientId: user.ClientId,
      ChallengeName: "SMS_MFA",
      Session: challenge.Session,
      ChallengeResponses: { USERNAME: "ann", SMS_MFA_CODE: code },
    }),
  );
const second = await newestCode();
const signIn = [await answer(other(second)), await answer(second)];

tell({ details: signedUp.CodeDeliveryDetails, signUp, forgotten, challenge: challenge.ChallengeParameters, signIn });
