terraform {
  required_version = ">= 1.6.0"

  required_providers {
    homeport = {
      source = "homeport.local/homeport/homeport"
    }
  }
}
