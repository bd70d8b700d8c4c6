# Everything as by default but for the cloud: LocalStack's image needs a token, Homeport's own engine none.

module "homeport" {
  source = "../.."

  cloud_engine = "builtin"
}

output "endpoints" {
  value = module.homeport.endpoints
}
