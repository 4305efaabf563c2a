using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Cluster.Verification.Guard;

namespace Cluster.Verification.Smtp;

/// <summary>One connection to an SMTP server, spoken step by step; nothing is ever submitted unless the caller says DATA, which it cannot.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int MaximumReplyBytes = 64 * 1024;
    private readonly List<string> transcript = [];
    private readonly byte[] buffer = new byte[4096];
    private Stream stream;
    private int start;
    private int end;

    private SmtpSession(Stream stream) => this.stream = stream;

    public IReadOnlyList<string> Transcript => transcript;

    public static async Task<SmtpSession> ConnectAsync(IOutboundGuard guard, IPEndPoint target, CancellationToken cancellation) =>
        new(await GuardedSocket.ConnectAsync(guard, target, cancellation));

    public async Task<SmtpReply> SayAsync(string line, CancellationToken cancellation)
    {
        transcript.Add("C: " + line);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellation);
        await stream.FlushAsync(cancellation);
        return await ReadReplyAsync(cancellation);
    }

    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        var total = 0;
        while (true)
        {
            var line = await ReadLineAsync(cancellation);
            transcript.Add("S: " + line);
            total += line.Length;
            if (total > MaximumReplyBytes) throw new SmtpBrokenException("The answer is longer than 64 KiB.");
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new SmtpBrokenException("The answer is no SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : string.Empty);
            if (line.Length == 3 || line[3] != '-') return new SmtpReply(code, lines);
        }
    }

    /// <summary>Begins TLS; what the server sent in clear after its answer to STARTTLS must not count (RFC 3207, 4).</summary>
    public async Task<SslStream> StartTlsAsync(SslClientAuthenticationOptions options, CancellationToken cancellation)
    {
        if (start != end) throw new SmtpBrokenException("Clear text followed the answer to STARTTLS.");
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = tls;
        await tls.AuthenticateAsClientAsync(options, cancellation);
        return tls;
    }

    public async ValueTask DisposeAsync() => await stream.DisposeAsync();

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            while (start < end)
            {
                var value = buffer[start++];
                if (value == '\n') return line.ToString().TrimEnd('\r');
                line.Append(value is >= 0x20 and < 0x7f or (byte)'\r' ? (char)value : '?');
                if (line.Length > MaximumReplyBytes) throw new SmtpBrokenException("A line is longer than 64 KiB.");
            }

            start = 0;
            end = await stream.ReadAsync(buffer, cancellation);
            if (end == 0) throw new SmtpBrokenException("The connection was closed.");
        }
    }
}
