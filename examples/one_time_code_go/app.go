// Package onetimecode texts codes at login: a code is valid for ten minutes, five attempts and one login.
//
// The table (hash key Phone) holds a keyed digest of the code, never the code.
package onetimecode

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamo "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	sms "github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"
)

const (
	validFor = 10 * time.Minute
	attempts = 5
)

// Errors for the user to read.
var (
	ErrOptedOut = errors.New("this number has opted out of our texts; choose another way to log in")
	ErrInvalid  = errors.New("this is not a valid phone number")
)

// Codes sends codes and checks them.
type Codes struct {
	SMS      *sms.Client // throttled requests are repeated by the SDK
	DynamoDB *dynamodb.Client
	Table    string
	Key      []byte
	Identity string           // the number or pool that sends
	Now      func() time.Time // the clock
}

// Send texts a new code, which replaces an earlier one.
func (c *Codes) Send(ctx context.Context, phone string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", n)
	_, err = c.DynamoDB.PutItem(ctx, &dynamodb.PutItemInput{TableName: &c.Table, Item: map[string]dynamo.AttributeValue{
		"Phone":     &dynamo.AttributeValueMemberS{Value: phone},
		"Digest":    &dynamo.AttributeValueMemberS{Value: c.digest(phone, code)},
		"ExpiresAt": number(c.Now().Add(validFor).Unix()),
		"Attempts":  number(attempts),
	}})
	if err != nil {
		return err
	}
	_, err = c.SMS.SendTextMessage(ctx, &sms.SendTextMessageInput{
		DestinationPhoneNumber: &phone,
		OriginationIdentity:    &c.Identity,
		MessageBody:            aws.String("Your verification code: " + code + " (valid 10 min)"),
		MessageType:            types.MessageTypeTransactional,
		TimeToLive:             aws.Int32(int32(validFor.Seconds())),
	})
	if err == nil {
		return nil
	}
	if _, removing := c.remove(ctx, phone); removing != nil {
		return errors.Join(err, removing)
	}
	var conflict *types.ConflictException
	var invalid *types.ValidationException
	switch {
	case errors.As(err, &conflict) && conflict.Reason == types.ConflictExceptionReasonDestinationPhoneNumberOptedOut:
		return ErrOptedOut
	case errors.As(err, &invalid):
		return ErrInvalid
	}
	return err
}

// Check reports whether the code is the valid one; each call uses up an attempt, and a success the code.
func (c *Codes) Check(ctx context.Context, phone, code string) (bool, error) {
	answer, err := c.DynamoDB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:           &c.Table,
		Key:                 key(phone),
		UpdateExpression:    aws.String("SET Attempts = Attempts - :one"),
		ConditionExpression: aws.String("Attempts > :none AND ExpiresAt > :now"),
		ExpressionAttributeValues: map[string]dynamo.AttributeValue{
			":one": number(1), ":none": number(0), ":now": number(c.Now().Unix()),
		},
		ReturnValues: dynamo.ReturnValueAllNew,
	})
	var failed *dynamo.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	stored, _ := answer.Attributes["Digest"].(*dynamo.AttributeValueMemberS)
	if stored == nil || !hmac.Equal([]byte(stored.Value), []byte(c.digest(phone, code))) {
		return false, nil
	}
	// Of two requests with the right code at the same time, one deletes the item and so succeeds.
	return c.remove(ctx, phone)
}

func (c *Codes) remove(ctx context.Context, phone string) (bool, error) {
	answer, err := c.DynamoDB.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &c.Table, Key: key(phone), ReturnValues: dynamo.ReturnValueAllOld,
	})
	return err == nil && len(answer.Attributes) > 0, err
}

func (c *Codes) digest(phone, code string) string {
	mac := hmac.New(sha256.New, c.Key)
	mac.Write([]byte(phone + ":" + code))
	return hex.EncodeToString(mac.Sum(nil))
}

func key(phone string) map[string]dynamo.AttributeValue {
	return map[string]dynamo.AttributeValue{"Phone": &dynamo.AttributeValueMemberS{Value: phone}}
}

func number(n int64) dynamo.AttributeValue {
	return &dynamo.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
