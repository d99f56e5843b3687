# Every resource of AWS End User Messaging that the AWS provider has, on the emulator. Start a server, then:
#
#     terraform init && terraform apply -var endpoint=http://127.0.0.1:7767

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0" # pools, sender ids, keywords, event destinations and policies came with later releases
    }
  }
}

variable "endpoint" {
  description = "Where the emulator is"
  type        = string
  default     = "http://127.0.0.1:7767"
}

variable "two_way_role" {
  description = "A role with which replies are published to the topic; without it, the topic's policy must allow that"
  type        = string
  default     = null
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    pinpointsmsvoicev2 = var.endpoint
    sns                = var.endpoint
    sts                = var.endpoint
  }

  default_tags {
    tags = {
      Application = "EndUserMessaging"
    }
  }
}

resource "aws_sns_topic" "replies" {
  name = "replies"
}

resource "aws_sns_topic" "receipts" {
  name = "receipts"
}

resource "aws_pinpointsmsvoicev2_opt_out_list" "news" {
  name = "news"
}

resource "aws_pinpointsmsvoicev2_phone_number" "main" {
  count = 2

  iso_country_code        = "US"
  message_type            = "TRANSACTIONAL"
  number_type             = "TEN_DLC"
  number_capabilities     = ["SMS"]
  opt_out_list_name       = aws_pinpointsmsvoicev2_opt_out_list.news.name
  two_way_channel_enabled = true
  two_way_channel_arn     = aws_sns_topic.replies.arn
  two_way_channel_role    = var.two_way_role
}

resource "aws_pinpointsmsvoicev2_pool" "main" {
  message_type           = "TRANSACTIONAL"
  origination_identities = aws_pinpointsmsvoicev2_phone_number.main[*].arn
  opt_out_list_name      = aws_pinpointsmsvoicev2_opt_out_list.news.name
  two_way_enabled        = true
  two_way_channel_arn    = aws_sns_topic.replies.arn
  two_way_channel_role   = var.two_way_role
}

resource "aws_pinpointsmsvoicev2_keyword" "help" {
  origination_identity_arn = aws_pinpointsmsvoicev2_pool.main.arn
  keyword                  = "HELP"
  keyword_message          = "Reply STOP to get no more texts."
}

resource "aws_pinpointsmsvoicev2_keyword" "hours" {
  origination_identity_arn = aws_pinpointsmsvoicev2_pool.main.arn
  keyword                  = "HOURS"
  keyword_message          = "We are open from 9 to 5."
  keyword_action           = "AUTOMATIC_RESPONSE"
}

resource "aws_pinpointsmsvoicev2_sender_id" "shop" {
  sender_id        = "SHOP"
  iso_country_code = "GB"
  message_types    = ["TRANSACTIONAL"]
}

resource "aws_pinpointsmsvoicev2_configuration_set" "receipts" {
  name                 = "receipts"
  default_message_type = "TRANSACTIONAL"
  default_sender_id    = aws_pinpointsmsvoicev2_sender_id.shop.sender_id
}

resource "aws_pinpointsmsvoicev2_event_destination" "receipts" {
  configuration_set_name = aws_pinpointsmsvoicev2_configuration_set.receipts.name
  event_destination_name = "receipts"
  matching_event_types   = ["TEXT_ALL"]

  sns_destination {
    topic_arn = aws_sns_topic.receipts.arn
  }
}

resource "aws_pinpointsmsvoicev2_resource_policy" "shared" {
  resource_arn = aws_pinpointsmsvoicev2_opt_out_list.news.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "210987654321" }
      Action    = "sms-voice:DescribeOptedOutNumbers"
      Resource  = aws_pinpointsmsvoicev2_opt_out_list.news.arn
    }]
  })
}

output "phone_numbers" {
  value = aws_pinpointsmsvoicev2_phone_number.main[*].phone_number
}
