using Cluster.Manager.Hosting.Endpoints;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>
/// Holds the limit of a body here instead of in Kestrel, which closes the connection as soon as a body is too large: a client
/// that writes everything before it reads would see a broken connection, not the 413. This way the answer goes out, and Kestrel
/// discards the rest for at most 5 seconds.
/// </summary>
internal static class BodyLimit
{
    /// <summary>Must come right after routing, which knows the limit of the operation, and only on the REST endpoint.</summary>
    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var isRest = context.Features.Get<EndpointOfConnection>()?.Kind is null or EndpointKind.Rest;
        if (isRest
            && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: { } limit } kestrel)
        {
            kestrel.MaxRequestBodySize = null;
            context.Features.Set(new LimitOfBody(limit));
            context.Request.Body = new LimitedStream(context, context.Request.Body, limit);
        }

        return next(context);
    });

    /// <summary>The limit in bytes; null = the request is not limited.</summary>
    public static long? Of(HttpContext context) => context.Features.Get<LimitOfBody>()?.Bytes;

    private sealed record LimitOfBody(long Bytes);

    private sealed class LimitedStream(HttpContext context, Stream inner, long limit) : Stream
    {
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Before the first byte is asked for, so that a client that waits for "100 Continue" never gets it.
            if (context.Request.ContentLength > limit) throw Refuse();
            var count = await inner.ReadAsync(buffer, cancellationToken);
            read += count;
            return read <= limit ? count : throw Refuse();
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Bodies are read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private BadHttpRequestException Refuse()
        {
            // Who waits for "100 Continue" sends no body now, so there is nothing to discard before the next request.
            if (context.Request.Headers.Expect.Count > 0) context.Response.Headers.Connection = "close";
            return new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
