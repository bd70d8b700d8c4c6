# What is null is left out of the definition, so that Homeport's own default holds: docs/settings.md.

variable "target" {
  description = "Where the stack runs: kubernetes, or local for this machine."
  type        = string
  default     = "kubernetes"
  nullable    = false

  validation {
    condition     = contains(["kubernetes", "local"], var.target)
    error_message = "target must be kubernetes or local."
  }
}

variable "name" {
  description = "The name of the stack in the cluster. Another name is another stack."
  type        = string
  default     = "homeport"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.name))
    error_message = "name must be a label: small letters, digits and hyphens, 63 at most."
  }
}

variable "domain" {
  description = "The domain of all names, such as home.arpa."
  type        = string
  default     = null
}

variable "registry_engine" {
  description = "Whose registry runs: builtin (Homeport's own) or upstream (registry:2)."
  type        = string
  default     = null
}

variable "registry_storage" {
  description = "The size of the registry's volume, such as 30Gi."
  type        = string
  default     = null
}

variable "registry_auth" {
  description = "Whether the registry asks for a user and password."
  type        = bool
  default     = null
}

variable "cloud_engine" {
  description = "Whose AWS runs: builtin (Homeport's own) or upstream (LocalStack)."
  type        = string
  default     = null
}

variable "cloud_services" {
  description = "The services of the local AWS, such as s3 and sqs."
  type        = list(string)
  default     = null
}

variable "cloud_storage" {
  description = "The size of the volume of the local AWS, such as 20Gi."
  type        = string
  default     = null
}

variable "cloud_edge" {
  description = "Whether the plain port of the local AWS is opened to the network: off or open."
  type        = string
  default     = null
}

variable "ui_enabled" {
  description = "Whether the web UI of the registry is deployed."
  type        = bool
  default     = null
}

variable "ui_engine" {
  description = "Whose web UI runs: builtin (Homeport's own console) or upstream (joxit's)."
  type        = string
  default     = null
}

variable "storage_class" {
  description = "The class of the volumes."
  type        = string
  default     = null
}

variable "issuer" {
  description = "The issuer of cert-manager that signs the certificates; without it a CA is made for the stack."
  type        = string
  default     = null
}

variable "dns_provider" {
  description = "Who answers for the names: print, builtin, pihole, hosts or none."
  type        = string
  default     = null
}

variable "dns_address" {
  description = "The address that the names lead to; without it that of Traefik's Service."
  type        = string
  default     = null
}

variable "pihole_url" {
  description = "Where the web interface of the Pi-hole is. Its password is HOMEPORT_PIHOLE_PASSWORD in the environment."
  type        = string
  default     = null
}

variable "settings" {
  description = "More settings, by their tables in homeport.toml; those win over the inputs above. No secrets: the state would keep them."
  type        = any
  default     = {}
  nullable    = false
}

variable "data" {
  description = "The data folder on this machine. Of a local stack it is where all of it lies."
  type        = string
  default     = null
}

variable "delete_data" {
  description = "Whether destroying the stack deletes its images, objects and tables too. It must be applied before the destroy."
  type        = bool
  default     = false
  nullable    = false
}
