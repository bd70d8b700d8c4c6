# The stack as one resource: its plan shows what would change in each object.

locals {
  inputs = {
    registry = {
      engine = var.registry_engine
      volume = var.registry_storage
      auth   = var.registry_auth
    }
    cloud = {
      engine   = var.cloud_engine
      services = var.cloud_services
      volume   = var.cloud_storage
      edge     = var.cloud_edge
    }
    ui = {
      enabled = var.ui_enabled
      engine  = var.ui_engine
    }
    kubernetes = {
      storage_class = var.storage_class
      issuer        = var.issuer
    }
    dns = {
      provider = var.dns_provider
      address  = var.dns_address
    }
    pihole = {
      url = var.pihole_url
    }
  }

  # Texts, numbers, flags and lists have the same form in JSON and TOML; tables do not. https://toml.io/en/v1.0.0#inline-table
  tables = {
    for table in distinct(concat(keys(local.inputs), keys(var.settings))) : table => {
      for key, value in merge(try(local.inputs[table], {}), try(var.settings[table], {})) :
      key => (
        can(keys(value))
        ? "{ ${join(", ", [for name, part in value : "${jsonencode(name)} = ${jsonencode(part)}"])} }"
        : can([for row in value : keys(row)]) && try(length(value), 0) > 0
        ? "[${join(", ", [for row in value : "{ ${join(", ", [for name, part in row : "${jsonencode(name)} = ${jsonencode(part)}"])} }"])}]"
        : jsonencode(value)
      )
      if value != null
    }
    if can(keys(try(var.settings[table], {})))
  }

  # Settings that stand in no table: `settings = { domain = "home.arpa" }`.
  top = {
    for key, value in merge({ domain = var.domain }, { for key, value in var.settings : key => value if !can(keys(value)) }) :
    key => jsonencode(value)
    if value != null
  }

  definition = join("\n", concat(
    [for key, text in local.top : "${key} = ${text}"],
    flatten([
      for table, rows in local.tables : concat(["[${table}]"], [for key, text in rows : "${key} = ${text}"])
      if length(rows) > 0
    ]),
    [""],
  ))
}

resource "homeport_stack" "this" {
  target      = var.target
  name        = var.target == "kubernetes" ? var.name : null
  definition  = local.definition
  data        = var.data
  delete_data = var.delete_data
}
