/*
The resources of `pinpoint-sms-voice-v2` that World lists, by section.

`list` is the operation that lists them and the member that holds them; `columns` are members of a row, or functions of
it by the name of their head; `id` is the member that names a row. `more` are operations that tell more of one row: what
they are called with, and the member to show. `remove` is the operation that deletes a row, with its parameter.
*/

const names = (rows) => rows.map((row) => row.EventDestinationName).join(", ");

export const KINDS = {
  numbers: {
    list: ["DescribePhoneNumbers", "PhoneNumbers"],
    id: "PhoneNumberId",
    title: "PhoneNumber",
    columns: ["PhoneNumber", "NumberType", "NumberCapabilities", "MessageType", "Status", "OptOutListName", "PoolId", "MonthlyLeasingPrice"],
    more: [["DescribeKeywords", (row) => ({ OriginationIdentity: row.PhoneNumberId }), "Keywords"]],
    remove: ["ReleasePhoneNumber", "PhoneNumberId"],
  },
  pools: {
    list: ["DescribePools", "Pools"],
    id: "PoolId",
    title: "PoolId",
    columns: ["PoolId", "MessageType", "Status", "OptOutListName", "TwoWayEnabled", "SharedRoutesEnabled"],
    more: [["ListPoolOriginationIdentities", (row) => ({ PoolId: row.PoolId }), "OriginationIdentities"]],
    remove: ["DeletePool", "PoolId"],
  },
  senders: {
    list: ["DescribeSenderIds", "SenderIds"],
    id: "SenderIdArn",
    title: "SenderId",
    columns: ["SenderId", "IsoCountryCode", "MessageTypes", "Registered", "RegistrationId", "MonthlyLeasingPrice"],
    more: [],
    remove: ["ReleaseSenderId", "SenderId", "IsoCountryCode"],
  },
  sets: {
    list: ["DescribeConfigurationSets", "ConfigurationSets"],
    id: "ConfigurationSetName",
    title: "ConfigurationSetName",
    columns: ["ConfigurationSetName", "DefaultMessageType", "DefaultSenderId", "ProtectConfigurationId", { EventDestinations: (row) => names(row.EventDestinations) }],
    more: [],
    remove: ["DeleteConfigurationSet", "ConfigurationSetName"],
  },
  lists: {
    list: ["DescribeOptOutLists", "OptOutLists"],
    id: "OptOutListName",
    title: "OptOutListName",
    columns: ["OptOutListName", "CreatedTimestamp"],
    more: [["DescribeOptedOutNumbers", (row) => ({ OptOutListName: row.OptOutListName }), "OptedOutNumbers"]],
    remove: ["DeleteOptOutList", "OptOutListName"],
  },
  protect: {
    list: ["DescribeProtectConfigurations", "ProtectConfigurations"],
    id: "ProtectConfigurationId",
    title: "ProtectConfigurationId",
    columns: ["ProtectConfigurationId", "AccountDefault", "DeletionProtectionEnabled", "CreatedTimestamp"],
    more: ["SMS", "MMS", "VOICE"].map((channel) => [
      "GetProtectConfigurationCountryRuleSet",
      (row) => ({ ProtectConfigurationId: row.ProtectConfigurationId, NumberCapability: channel }),
      "CountryRuleSet",
    ]),
    remove: ["DeleteProtectConfiguration", "ProtectConfigurationId"],
  },
  verified: {
    list: ["DescribeVerifiedDestinationNumbers", "VerifiedDestinationNumbers"],
    id: "VerifiedDestinationNumberId",
    title: "DestinationPhoneNumber",
    columns: ["DestinationPhoneNumber", "Status", "CreatedTimestamp"],
    more: [],
    remove: ["DeleteVerifiedDestinationNumber", "VerifiedDestinationNumberId"],
  },
};
