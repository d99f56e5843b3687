// The story of a client of the AWS SDK for Go, version 2: its results are printed as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	voice "github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	configurationSet, queue, optedOut := os.Args[1], os.Args[2], os.Args[3]
	settings := must(config.LoadDefaultConfig(ctx))
	client := voice.NewFromConfig(settings)
	story := map[string]any{}

	request := &voice.RequestPhoneNumberInput{
		IsoCountryCode:     aws.String("US"),
		MessageType:        types.MessageTypeTransactional,
		NumberCapabilities: []types.NumberCapability{types.NumberCapabilitySms},
		NumberType:         types.RequestableNumberTypeTenDlc,
		ClientToken:        aws.String("one-number"),
	}
	number := must(client.RequestPhoneNumber(ctx, request))
	again := must(client.RequestPhoneNumber(ctx, request))
	story["number"], story["again"] = *number.PhoneNumberId, *again.PhoneNumberId
	story["created"] = number.CreatedTimestamp.UTC().Format("2006-01-02T15:04:05Z")

	sent := must(client.SendTextMessage(ctx, &voice.SendTextMessageInput{
		DestinationPhoneNumber: aws.String("+14255550100"),
		OriginationIdentity:    number.PhoneNumberId,
		MessageBody:            aws.String("Grüße 🎉"),
		Context:                map[string]string{"order": "17"},
		ConfigurationSetName:   aws.String(configurationSet),
	}))
	story["messageId"] = *sent.MessageId
	attempts, _ := retry.GetAttemptResults(sent.ResultMetadata)
	story["attempts"] = len(attempts.Results)

	pages := [][]string{}
	paginator := voice.NewDescribeOptOutListsPaginator(client, &voice.DescribeOptOutListsInput{MaxResults: aws.Int32(2)})
	for paginator.HasMorePages() {
		names := []string{}
		for _, list := range must(paginator.NextPage(ctx)).OptOutLists {
			names = append(names, *list.OptOutListName)
		}
		pages = append(pages, names)
	}
	story["pages"] = pages

	_, err := client.SendTextMessage(ctx, &voice.SendTextMessageInput{
		DestinationPhoneNumber: aws.String(optedOut),
		OriginationIdentity:    number.PhoneNumberId,
		MessageBody:            aws.String("Hi"),
	})
	var conflict *types.ConflictException
	var general smithy.APIError
	if !errors.As(err, &conflict) || !errors.As(err, &general) {
		log.Fatalf("not a ConflictException: %v", err)
	}
	story["error"] = []string{general.ErrorCode(), string(conflict.Reason), string(conflict.ResourceType), *conflict.ResourceId}

	receipts := must(sqs.NewFromConfig(settings).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            aws.String(queue),
		MaxNumberOfMessages: 10,
	}))
	bodies := []string{}
	for _, message := range receipts.Messages {
		bodies = append(bodies, *message.Body)
	}
	story["receipts"] = bodies
	if err := json.NewEncoder(os.Stdout).Encode(story); err != nil {
		log.Fatal(err)
	}
}
