# The guide's infrastructure on the emulator's one endpoint. Start a server, then:
#
#     terraform init && terraform apply -var endpoint=http://127.0.0.1:7767

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
    archive = {
      source  = "hashicorp/archive"
      version = ">= 2.0"
    }
  }
}

variable "endpoint" {
  description = "Where the emulator is"
  type        = string
  default     = "http://127.0.0.1:7767"
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    cloudwatch     = var.endpoint
    cloudwatchlogs = var.endpoint
    dynamodb       = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    sns            = var.endpoint
    sqs            = var.endpoint
    sts            = var.endpoint
  }
}

# SNS topic for 2-way SMS replies
resource "aws_sns_topic" "inbound_sms" {
  name = "eum-inbound-sms-replies"

  tags = {
    Application = "EndUserMessaging"
    Environment = "production"
  }
}

# SNS topic for alarms
resource "aws_sns_topic" "alerts" {
  name = "eum-alerts"
}

# SQS queue for batch processing
resource "aws_sqs_queue" "sms_replies" {
  name                       = "eum-sms-replies-queue"
  message_retention_seconds  = 86400 # 24 hours
  visibility_timeout_seconds = 300

  tags = {
    Application = "EndUserMessaging"
  }
}

# SNS subscription to SQS
resource "aws_sns_topic_subscription" "inbound_sms_to_sqs" {
  topic_arn = aws_sns_topic.inbound_sms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.sms_replies.arn
}

# Role of the function
resource "aws_iam_role" "lambda_role" {
  name = "eum-sms-reply-processor"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

data "archive_file" "lambda" {
  type        = "zip"
  source_file = "${path.module}/../infrastructure/index.py"
  output_path = "${path.module}/lambda_sms_processor.zip"
}

# Lambda for processing 2-way SMS replies
resource "aws_lambda_function" "sms_reply_processor" {
  filename         = data.archive_file.lambda.output_path
  source_code_hash = data.archive_file.lambda.output_base64sha256
  function_name    = "eum-sms-reply-processor"
  role             = aws_iam_role.lambda_role.arn
  handler          = "index.handler"
  runtime          = "python3.11"
  timeout          = 60

  environment {
    variables = {
      SQS_QUEUE_URL  = aws_sqs_queue.sms_replies.url
      DYNAMODB_TABLE = aws_dynamodb_table.conversations.name
    }
  }
}

# DynamoDB for conversation state
resource "aws_dynamodb_table" "conversations" {
  name         = "eum-conversations"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "ConversationId"
  range_key    = "Timestamp"

  attribute {
    name = "ConversationId"
    type = "S"
  }

  attribute {
    name = "Timestamp"
    type = "S"
  }

  ttl {
    attribute_name = "ExpirationTime"
    enabled        = true
  }

  tags = {
    Application = "EndUserMessaging"
  }
}

# CloudWatch log group
resource "aws_cloudwatch_log_group" "eum_logs" {
  name              = "/aws/sms-voice/application"
  retention_in_days = 30

  tags = {
    Application = "EndUserMessaging"
  }
}

# CloudWatch alarm for high delivery failure rate
resource "aws_cloudwatch_metric_alarm" "high_failure_rate" {
  alarm_name          = "eum-high-sms-failure-rate"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "SMSDeliveryFailures"
  namespace           = "AWS/SMSV2"
  period              = 300
  statistic           = "Sum"
  threshold           = 100
  alarm_actions       = [aws_sns_topic.alerts.arn]
}

output "sns_inbound_topic_arn" {
  value = aws_sns_topic.inbound_sms.arn
}

output "sqs_queue_url" {
  value = aws_sqs_queue.sms_replies.url
}
