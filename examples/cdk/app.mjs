// Numbers, a pool and a configuration set by the CDK: one construct for each resource type of AWS End User Messaging.

import * as cdk from "aws-cdk-lib";
import * as smsvoice from "aws-cdk-lib/aws-smsvoice";
import * as sns from "aws-cdk-lib/aws-sns";
import { SmsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";

const app = new cdk.App();
const stack = new cdk.Stack(app, "Texts", { analyticsReporting: false });
const operator = new cdk.CfnParameter(stack, "OperatorPhone", { default: "+14255550155" });

const mandatoryKeywords = {
  help: { message: "Reply STOP to get no more texts." },
  stop: { message: "You will get no more texts from us." },
};
const replies = new sns.Topic(stack, "Replies");
const alerts = new sns.Topic(stack, "Alerts");
alerts.addSubscription(new SmsSubscription(operator.valueAsString));

const optOuts = new smsvoice.CfnOptOutList(stack, "OptOuts");
const settings = {
  optOutListName: optOuts.ref,
  twoWay: { enabled: true, channelArn: replies.topicArn },
  mandatoryKeywords,
};
const numbers = ["First", "Second"].map(
  (id) =>
    new smsvoice.CfnPhoneNumber(stack, id, {
      isoCountryCode: "US",
      numberType: "TEN_DLC",
      numberCapabilities: ["SMS"],
      ...settings,
    }),
);
const pool = new smsvoice.CfnPool(stack, "Pool", {
  originationIdentities: numbers.map((number) => number.attrArn),
  ...settings,
});
new smsvoice.CfnSenderId(stack, "Sender", { isoCountryCode: "GB", senderId: "SHOP" });

const protect = new smsvoice.CfnProtectConfiguration(stack, "Protect", {
  countryRuleSet: { sms: [{ countryCode: "FR", protectStatus: "BLOCK" }] },
});
const receipts = new smsvoice.CfnConfigurationSet(stack, "Receipts", {
  protectConfigurationId: protect.ref,
  eventDestinations: [
    {
      eventDestinationName: "topic",
      enabled: true,
      matchingEventTypes: ["TEXT_ALL"],
      snsDestination: { topicArn: alerts.topicArn },
    },
  ],
});
new smsvoice.CfnResourcePolicy(stack, "Sharing", {
  resourceArn: optOuts.attrArn,
  policyDocument: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "210987654321" },
        Action: "sms-voice:DescribeOptedOutNumbers",
        Resource: optOuts.attrArn,
      },
    ],
  },
});
const codes = new smsvoice.CfnNotifyConfiguration(stack, "Codes", {
  displayName: "Shop",
  useCase: "CODE_VERIFICATION",
  enabledChannels: ["SMS"],
});
const agent = new smsvoice.CfnRcsAgent(stack, "Agent", { optOutListName: optOuts.ref });
const brand = new smsvoice.CfnRegistration(stack, "Brand", { registrationType: "US_TEN_DLC_BRAND_REGISTRATION" });
new smsvoice.CfnRegistrationAttachment(stack, "Form", {
  attachmentBody: Buffer.from("%PDF-1.7\n").toString("base64"),
});
new smsvoice.CfnVerifiedDestinationNumber(stack, "Operator", { destinationPhoneNumber: operator.valueAsString });

cdk.Tags.of(stack).add("team", "messaging");
for (const [name, value] of Object.entries({
  Number: numbers[0].attrPhoneNumber,
  PoolId: pool.attrPoolId,
  ReceiptsName: receipts.ref,
  CodesId: codes.attrNotifyConfigurationId,
  AgentId: agent.attrRcsAgentId,
  BrandStatus: brand.attrRegistrationStatus,
})) {
  new cdk.CfnOutput(stack, name, { value });
}
