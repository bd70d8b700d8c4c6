// A runtime of its own for Lambda, by nothing but Rust's standard library:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
use std::env;
use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::TcpStream;

const PATH: &str = "/2018-06-01/runtime/invocation";

struct Answer {
    id: String,
    body: String,
}

fn ask(api: &str, method: &str, path: &str, body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(api)?;
    let length = body.len();
    write!(
        stream,
        "{method} {PATH}{path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut reader = BufReader::new(stream);
    let (mut id, mut size) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_lowercase().as_str() {
            "lambda-runtime-aws-request-id" => id = value.to_string(),
            "content-length" => size = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut bytes = vec![0; size];
    reader.read_exact(&mut bytes)?;
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Answer { id, body })
}

fn main() -> Result<()> {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").expect("the address of the Runtime API");
    let folder = env::var("LAMBDA_TASK_ROOT").unwrap_or_default();
    for count in 1.. {
        let Answer { id, body } = ask(&api, "GET", "/next", "")?;
        println!("event {body}");
        if body.contains("fail") {
            let told = r#"{"errorType": "Event.Unwanted", "errorMessage": "asked to fail"}"#;
            ask(&api, "POST", &format!("/{id}/error"), told)?;
        } else {
            let told = format!(r#"{{"event": {body}, "count": {count}, "folder": "{folder}"}}"#);
            ask(&api, "POST", &format!("/{id}/response"), &told)?;
        }
    }
    Ok(())
}
