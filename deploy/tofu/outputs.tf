output "id" {
  description = "What the stack is imported by: its name, or local:FOLDER."
  value       = homeport_stack.this.id
}

output "endpoints" {
  description = "The URL of each component."
  value       = homeport_stack.this.endpoints
}

output "state" {
  description = "Where the stack is in its life, by the component that is least well."
  value       = homeport_stack.this.state
}

output "objects" {
  description = "All that the stack is made of, with a digest of each."
  value       = homeport_stack.this.objects
}

output "definition" {
  description = "The settings that the inputs come to, as homeport.toml."
  value       = local.definition
}
