// A runtime of its own for Lambda, by nothing but Go's standard library:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

var api = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime"

type failure struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func main() {
	for count := 1; ; count++ {
		id, event := next()
		fmt.Println("event", string(event))
		if answer, failed := handle(event, count); failed != nil {
			post("/invocation/"+id+"/error", failed)
		} else {
			post("/invocation/"+id+"/response", answer)
		}
	}
}

func next() (string, []byte) {
	answer, err := http.Get(api + "/invocation/next")
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	event, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	return answer.Header.Get("Lambda-Runtime-Aws-Request-Id"), event
}

func post(path string, told any) {
	text, err := json.Marshal(told)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := http.Post(api+path, "application/json", bytes.NewReader(text))
	if err != nil {
		log.Fatal(err)
	}
	answer.Body.Close()
}

func handle(text []byte, count int) (any, *failure) {
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, &failure{"Event.Unreadable", err.Error()}
	}
	if event["fail"] == true {
		return nil, &failure{"Event.Unwanted", "asked to fail"}
	}
	return map[string]any{"event": event, "count": count, "folder": os.Getenv("LAMBDA_TASK_ROOT")}, nil
}
