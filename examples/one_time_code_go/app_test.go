package onetimecode

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamo "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	sms "github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"
)

const phone = "+14255550100"

var endpoint string

// TestMain runs an emulator for all tests.
func TestMain(m *testing.M) {
	command := exec.Command("sms-voice-emulator", "serve", "--port", "0", "--clock", "stepping")
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		panic(err)
	}
	address := regexp.MustCompile(`is at (http://[^;\s]+);`)
	for lines := bufio.NewScanner(output); endpoint == "" && lines.Scan(); {
		if found := address.FindStringSubmatch(lines.Text()); found != nil {
			endpoint = found[1]
		}
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
	} {
		os.Setenv(name, value)
	}
	status := m.Run()
	command.Process.Kill()
	command.Wait()
	os.Exit(status)
}

// control calls the emulator's control API, to act as the recipient or the network.
func control(t *testing.T, method, path string, body, answer any) {
	t.Helper()
	data, _ := json.Marshal(body)
	request, _ := http.NewRequest(method, endpoint+"/_emulator/"+path, bytes.NewReader(data))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if answer != nil {
		json.NewDecoder(response.Body).Decode(answer)
	}
}

func codeOnThePhone(t *testing.T) string {
	var inbox struct{ Messages []struct{ Body string } }
	request, err := http.Get(endpoint + "/_emulator/messages?to=" + url.QueryEscape(phone))
	if err != nil {
		t.Fatal(err)
	}
	defer request.Body.Close()
	json.NewDecoder(request.Body).Decode(&inbox)
	return regexp.MustCompile(`\d{6}`).FindString(inbox.Messages[len(inbox.Messages)-1].Body)
}

func newCodes(t *testing.T) *Codes {
	ctx := context.Background()
	control(t, "POST", "reset", map[string]bool{"aws": true}, nil)
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		t.Fatal(err)
	}
	codes := &Codes{
		SMS: sms.NewFromConfig(settings), DynamoDB: dynamodb.NewFromConfig(settings),
		Table: "codes", Key: []byte("secret"), Now: time.Now,
	}
	leased, err := codes.SMS.RequestPhoneNumber(ctx, &sms.RequestPhoneNumberInput{
		IsoCountryCode: aws.String("US"), MessageType: types.MessageTypeTransactional,
		NumberCapabilities: []types.NumberCapability{types.NumberCapabilitySms},
		NumberType:         types.RequestableNumberTypeTenDlc,
	})
	if err != nil {
		t.Fatal(err)
	}
	codes.Identity = *leased.PhoneNumber
	_, err = codes.DynamoDB.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("codes"), BillingMode: dynamo.BillingModePayPerRequest,
		KeySchema:            []dynamo.KeySchemaElement{{AttributeName: aws.String("Phone"), KeyType: dynamo.KeyTypeHash}},
		AttributeDefinitions: []dynamo.AttributeDefinition{{AttributeName: aws.String("Phone"), AttributeType: "S"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func send(t *testing.T, codes *Codes) string {
	t.Helper()
	if err := codes.Send(context.Background(), phone); err != nil {
		t.Fatal(err)
	}
	return codeOnThePhone(t)
}

func expect(t *testing.T, codes *Codes, code string, expected bool) {
	t.Helper()
	if accepted, err := codes.Check(context.Background(), phone, code); err != nil || accepted != expected {
		t.Fatalf("%v, %v", accepted, err)
	}
}

func TestCodeWorksOnce(t *testing.T) {
	codes := newCodes(t)
	code := send(t, codes)
	expect(t, codes, code, true)
	expect(t, codes, code, false)
}

func TestAttemptsRunOut(t *testing.T) {
	codes := newCodes(t)
	code := send(t, codes)
	for range 5 {
		expect(t, codes, "x", false)
	}
	expect(t, codes, code, false)
}

func TestLateCodeIsRefused(t *testing.T) {
	codes := newCodes(t)
	code := send(t, codes)
	codes.Now = func() time.Time { return time.Now().Add(validFor) }
	expect(t, codes, code, false)
}

func TestStopIsExplained(t *testing.T) {
	codes := newCodes(t)
	stop := map[string]string{"to": codes.Identity, "body": "STOP"}
	control(t, "POST", "handsets/"+phone+"/messages", stop, nil)
	if err := codes.Send(context.Background(), phone); !errors.Is(err, ErrOptedOut) {
		t.Fatal(err)
	}
}

func TestInvalidNumberIsExplained(t *testing.T) {
	if err := newCodes(t).Send(context.Background(), "home"); !errors.Is(err, ErrInvalid) {
		t.Fatal(err)
	}
}

func TestThrottledRequestIsRepeated(t *testing.T) {
	codes := newCodes(t)
	fault := map[string]any{"operation": "SendTextMessage", "error": "ThrottlingException", "times": 1}
	control(t, "PUT", "faults", []any{fault}, nil)
	expect(t, codes, send(t, codes), true)
}
