using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>
/// HEAD wherever GET is (RFC 9110 section 9.3.2): the request is served as GET, and what would be the body is counted, not
/// sent.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Must come before everything that looks at the method.</summary>
    public static IApplicationBuilder UseHead(this IApplicationBuilder app) => app.Use((context, next) =>
        HttpMethods.IsHead(context.Request.Method) && context.Features.Get<IHttpResponseBodyFeature>() is { } body
            ? ServeAsync(context, body, next)
            : next(context));

    private static async Task ServeAsync(HttpContext context, IHttpResponseBodyFeature body, RequestDelegate next)
    {
        await using var counted = new CountingStream();
        var counting = new StreamResponseBodyFeature(counted);
        context.Features.Set<IHttpResponseBodyFeature>(counting);
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
            await counting.CompleteAsync();
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
            context.Features.Set(body);
        }

        var response = context.Response;
        var hasBody = response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);
        if (!response.HasStarted && hasBody) response.ContentLength ??= counted.Length;
    }

    private sealed class CountingStream : Stream
    {
        private long count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => count;

        public override long Position
        {
            get => count;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => this.count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => count += buffer.Length;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            this.count += count;
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            count += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
