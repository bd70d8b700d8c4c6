"""What Amazon SNS does for telephones: applications, endpoints, text messages. Kept, and sent nowhere."""
