# A stack on this machine: no cluster, no root.

variable "folder" {
  description = "The data folder of the stack."
  type        = string
}

module "homeport" {
  source = "../.."

  target         = "local"
  data           = var.folder
  cloud_services = ["s3", "sqs"]
}

output "endpoints" {
  value = module.homeport.endpoints
}

output "state" {
  value = module.homeport.state
}
