import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.pinpoint.PinpointClient;
import software.amazon.awssdk.services.pinpoint.model.AddressConfiguration;
import software.amazon.awssdk.services.pinpoint.model.ChannelType;
import software.amazon.awssdk.services.pinpoint.model.MessageType;
import software.amazon.awssdk.services.pinpoint.model.NotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The story of a client of the AWS SDK for Java, version 2: its results are printed as JSON. */
public final class Story {
  private Story() {}

  public static void main(String[] arguments) throws Exception {
    String number = arguments[0];
    String recipient = arguments[1];
    Map<String, Object> story = new LinkedHashMap<>();
    try (PinpointClient client = PinpointClient.create()) {
      var app = client.createApp(builder -> builder.createApplicationRequest(request -> request.name("shop")));
      String id = app.applicationResponse().id();
      client.updateSmsChannel(builder -> builder.applicationId(id).smsChannelRequest(channel -> channel.enabled(true)));

      var sent =
          client.sendMessages(
              builder ->
                  builder
                      .applicationId(id)
                      .messageRequest(
                          request ->
                              request
                                  .addresses(
                                      Map.of(
                                          recipient,
                                          AddressConfiguration.builder().channelType(ChannelType.SMS).build()))
                                  .messageConfiguration(
                                      configuration ->
                                          configuration.smsMessage(
                                              message ->
                                                  message
                                                      .body("Grüße 🎉")
                                                      .originationNumber(number)
                                                      .messageType(MessageType.TRANSACTIONAL)))));
      var result = sent.messageResponse().result().get(recipient);
      story.put("result", List.of(result.deliveryStatusAsString(), result.statusCode(), result.messageId()));

      try {
        client.getApp(builder -> builder.applicationId("none"));
      } catch (NotFoundException error) {
        story.put("error", List.of(error.awsErrorDetails().errorCode(), error.statusCode()));
      }

      client.createApp(builder -> builder.createApplicationRequest(request -> request.name("warehouse")));
      List<List<String>> pages = new ArrayList<>();
      String token = null;
      do {
        String next = token;
        var page = client.getApps(builder -> builder.pageSize("1").token(next)).applicationsResponse();
        pages.add(page.item().stream().map(found -> found.name()).toList());
        token = page.nextToken();
      } while (token != null);
      story.put("pages", pages);
    }
    try (SnsClient sns = SnsClient.create();
        SqsClient sqs = SqsClient.create()) {
      sns.publish(builder -> builder.phoneNumber(recipient).message("by SNS"));
      try {
        sns.publish(builder -> builder.phoneNumber("home").message("Hi"));
      } catch (InvalidParameterException error) {
        story.put("invalid", error.awsErrorDetails().errorMessage());
      }
      sns.publish(builder -> builder.topicArn(arguments[2]).message("{}"));
      var received = sqs.receiveMessage(builder -> builder.queueUrl(arguments[3]).maxNumberOfMessages(10));
      story.put("received", received.messages().size());
    }
    System.out.println(new ObjectMapper().writeValueAsString(story));
  }
}
