# frozen_string_literal: true

# Ruby's side of the Runtime API, inside of an environment: Ruby 3, the standard library alone.
#
# Texts, names and forms are those that functions see on AWS: https://github.com/aws/aws-lambda-ruby-runtime-interface-client

require 'json'
require 'socket'
require 'stringio'

# Whose code is below belongs to the runtime; what functions define stays apart.
module HomeportRuntime
  API = '/2018-06-01/runtime'

  # The Runtime API over one kept connection. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
  class Api
    def initialize(address)
      @address = address
      @host, _, @port = address.rpartition(':')
      @socket = nil
    end

    def next
      ask('GET', '/invocation/next')
    end

    def respond(id, body, type)
      ask('POST', "/invocation/#{id}/response", body, "Content-Type: #{type}\r\n")
    end

    def fail(where, error)
      kind = error[:errorType].gsub(/[^ -~]/, '?')
      headers = "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: #{kind}\r\n"
      ask('POST', where, JSON.generate(error), headers)
    end

    private

    def ask(method, where, body = '', headers = '')
      head = +"#{method} #{API}#{where} HTTP/1.1\r\nHost: #{@address}\r\n#{headers}"
      head << "Content-Length: #{body.bytesize}\r\n" if method == 'POST'
      request = "#{head}\r\n".b << body.b
      if @socket
        begin
          return exchange(request)
        rescue SystemCallError, IOError
          @socket.close # the connection was ended while nobody spoke; once more on a new one
        end
      end
      @socket = TCPSocket.new(@host, @port.to_i)
      @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      exchange(request)
    end

    def exchange(request)
      @socket.write(request)
      head = @socket.gets("\r\n\r\n") || raise(EOFError, 'the Runtime API closed the connection')
      headers = head.force_encoding('UTF-8').scrub.split("\r\n").drop(1).to_h do |line|
        name, _, value = line.partition(':')
        [name.downcase, value.strip]
      end
      [headers, @socket.read(headers.fetch('content-length', '0').to_i).to_s]
    end
  end

  # What a handler gets beside its event. https://docs.aws.amazon.com/lambda/latest/dg/ruby-context.html
  class LambdaContext
    attr_reader :aws_request_id, :client_context, :deadline_ms, :function_name, :function_version, :identity,
                :invoked_function_arn, :log_group_name, :log_stream_name, :memory_limit_in_mb, :tenant_id

    def initialize(headers)
      @aws_request_id = headers['lambda-runtime-aws-request-id']
      @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
      @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
      @tenant_id = headers['lambda-runtime-aws-tenant-id']
      @client_context = parsed(headers['lambda-runtime-client-context'])
      @identity = parsed(headers['lambda-runtime-cognito-identity'])
      @log_group_name = ENV.fetch('AWS_LAMBDA_LOG_GROUP_NAME', nil)
      @log_stream_name = ENV.fetch('AWS_LAMBDA_LOG_STREAM_NAME', nil)
      @function_name = ENV.fetch('AWS_LAMBDA_FUNCTION_NAME', nil)
      @function_version = ENV.fetch('AWS_LAMBDA_FUNCTION_VERSION', nil)
      @memory_limit_in_mb = ENV.fetch('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', nil)
    end

    def get_remaining_time_in_millis # rubocop:disable Naming/AccessorMethodName -- AWS's own name
      [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end

    private

    def parsed(header)
      header && JSON.parse(header)
    end
  end

  # The handler: FILE.METHOD or FILE.CLASS.METHOD. https://docs.aws.amazon.com/lambda/latest/dg/ruby-handler.html
  class Handler
    def initialize(name)
      file, *@owner, @method = name.split('.')
      raise ArgumentError, "Invalid handler #{name}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where " \
                           'FILENAME corresponds with an existing Ruby source file FILENAME.rb, CLASS is an optional ' \
                           'module/class namespace and METHOD is a callable method.' if @method.nil? || @owner.size > 1
      require File.expand_path(file, ENV.fetch('LAMBDA_TASK_ROOT'))
    end

    def call(event, context)
      owner = @owner.empty? ? TOPLEVEL_BINDING.receiver : Kernel.const_get(@owner.first)
      owner.__send__(@method, event: event, context: context)
    end
  end

  # An error as AWS posts it. https://docs.aws.amazon.com/lambda/latest/dg/ruby-exceptions.html
  def self.described(error, where)
    trace = (error.backtrace || []).reject { |line| line.start_with?(__FILE__) }
    { errorMessage: error.message, errorType: "#{where}<#{error.class.name}>", stackTrace: trace }
  end

  def self.run_one(api, handler)
    headers, body = api.next
    id = headers['lambda-runtime-aws-request-id']
    ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id']
    begin
      answer = handler.call(JSON.parse(body), LambdaContext.new(headers))
      answer, type = answer.is_a?(StringIO) ? [answer.read, 'application/unknown'] : [JSON.generate(answer), 'application/json']
    rescue StandardError, ScriptError, NoMemoryError => error
      told = described(error, 'Function')
      warn "Error raised from handler method\n#{JSON.generate(told)}"
      return api.fail("/invocation/#{id}/error", told)
    end
    api.respond(id, answer, type)
  end

  def self.main
    $stdout.sync = $stderr.sync = true
    api = Api.new(ENV.fetch('AWS_LAMBDA_RUNTIME_API'))
    begin
      handler = Handler.new(ENV.fetch('_HANDLER'))
    rescue StandardError, ScriptError => error
      told = described(error, 'Init')
      warn "Init error when loading handler #{ENV.fetch('_HANDLER')}\n#{JSON.generate(told)}"
      api.fail('/init/error', told)
      exit 1
    end
    loop { run_one(api, handler) }
  end
end

HomeportRuntime.main
