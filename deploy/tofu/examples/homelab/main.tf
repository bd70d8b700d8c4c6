# A homelab on K3s: Homeport's own engines, names in the Pi-hole, certificates by an issuer that is there already.
# HOMEPORT_PIHOLE_PASSWORD holds the password of the Pi-hole.

terraform {
  required_providers {
    homeport = {
      source = "homeport.local/homeport/homeport"
    }
  }
}

variable "kubeconfig" {
  description = "The kubeconfig of the cluster."
  type        = string
  default     = null
}

variable "pihole_url" {
  description = "Where the Pi-hole is."
  type        = string
  default     = "http://pi.hole"
}

variable "dns_provider" {
  description = "Who keeps the names; print only says what to enter by hand."
  type        = string
  default     = "pihole"
}

provider "homeport" {
  kubeconfig = var.kubeconfig
}

module "homeport" {
  source = "../.."

  name             = "homelab"
  domain           = "home.arpa"
  registry_engine  = "builtin"
  registry_storage = "50Gi"
  cloud_engine     = "builtin"
  cloud_storage    = "10Gi"
  cloud_edge       = "off"
  dns_provider     = var.dns_provider
  dns_address      = "192.168.1.20"
  pihole_url       = var.pihole_url

  settings = {
    registry = {
      realm     = "homelab"
      retention = [{ repositories = ["ci/*"], keep_last = 10 }]
    }
    cloud = {
      environment = { PRICE = "5 $ or \"more\"" }
    }
  }
}

output "endpoints" {
  value = module.homeport.endpoints
}

output "definition" {
  value = module.homeport.definition
}
