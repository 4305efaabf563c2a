using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>
/// Gives a problem document to the answers that Kestrel writes before there is a request: a bad request line, a missing Host,
/// header fields that come too slowly or are too many, an unknown version of HTTP. They are recognised on the way out by their
/// empty body. HTTP/2 has no such answers: Kestrel resets the stream or the connection.
/// </summary>
internal static class KestrelRefusals
{
    /// <summary>Must come after TLS.</summary>
    public static void UseProblemsForRefusals(this ListenOptions listen) => listen.Use(next => async connection =>
    {
        var isHttp2 =
            connection.Features.Get<ITlsApplicationProtocolFeature>() is { } tls && tls.ApplicationProtocol.Span.SequenceEqual("h2"u8);
        if (isHttp2)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        connection.Transport = new RefusalPipe(transport.Input, new RefusalCompleter(transport.Output, connection.ConnectionId));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    /// <summary>The answer with a problem document; null when it is none of Kestrel's own refusals.</summary>
    internal static byte[]? Complete(ReadOnlySpan<byte> answer, string traceId)
    {
        const string EmptyBody = "Content-Length: 0";
        if (!answer.EndsWith("\r\n\r\n"u8)) return null;
        var lines = Encoding.ASCII.GetString(answer[..^4]).Split("\r\n");
        var status = lines[0].Split(' ').ElementAtOrDefault(1);
        if (!lines.Contains(EmptyBody)
            || !int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || code < 400)
        {
            return null;
        }

        var type = ProblemTypes.OfStatus(code);
        var body = Problem.Write(type, type.Name, Detail(code), traceId);
        IEnumerable<string> head =
        [
            .. lines.Where(l => l != EmptyBody),
            $"Content-Type: {Problem.MediaType}",
            "Cache-Control: no-store",
            $"Content-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}",
        ];
        return [.. Encoding.ASCII.GetBytes(string.Join("\r\n", head) + "\r\n\r\n"), .. body];
    }

    private static string Detail(int status) => status switch
    {
        StatusCodes.Status405MethodNotAllowed =>
            "The server does not serve this form of request target with this method. Send a path, for example /api/v1/clusters.",
        StatusCodes.Status408RequestTimeout =>
            "The request line and the header fields did not arrive in time. Send the request again, all of it at once.",
        StatusCodes.Status411LengthRequired => "Send Content-Length, or Transfer-Encoding: chunked.",
        StatusCodes.Status414UriTooLong => "The request line is too long. Shorten the path or the query.",
        StatusCodes.Status431RequestHeaderFieldsTooLarge =>
            "There are too many header fields, or they are too large. Send fewer or shorter ones.",
        StatusCodes.Status505HttpVersionNotsupported => "Use HTTP/1.1 or HTTP/2.",
        >= 500 => "An unexpected failure was logged. Report it with the trace id.",
        _ => "The request is not valid HTTP. Check the request line, the Host header field and how the body is framed.",
    };
}
