using System.Globalization;
using System.Net;
using System.Text;
using Cluster.Verification.Guard;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Smtp;

/// <summary>
/// One connection to an SMTP server, spoken step by step; nothing is ever submitted unless the caller says DATA, which it cannot.
/// </summary>
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

    public static async Task<SmtpSession> ConnectAsync(IOutboundGuard guard, SmtpTlsTarget target, CancellationToken ct) =>
        new(await GuardedSocket.ConnectAsync(guard, target.EndPoint, ct, target.Source));

    public async Task<SmtpReply> SayAsync(string line, CancellationToken ct)
    {
        transcript.Add("C: " + line);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct);
        await stream.FlushAsync(ct);
        return await ReadReplyAsync(ct);
    }

    public async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        var total = 0;
        while (true)
        {
            var line = await ReadLineAsync(ct);
            transcript.Add("S: " + line);
            total += line.Length;
            if (total > MaximumReplyBytes) throw new SmtpBrokenException("The answer is longer than 64 KiB.");
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw new SmtpBrokenException("The answer is not SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-') return new SmtpReply(code, lines);
        }
    }

    /// <summary>Begins TLS.</summary>
    public async Task<TlsSeen> StartTlsAsync(TlsOffer offer, CancellationToken ct)
    {
        (stream, var seen) = await TlsHandshake.BeginAsync(BeginTls(), offer, ct);
        return seen;
    }

    /// <summary>
    /// The connection for whoever begins TLS on it; what the server sent in clear after its answer to STARTTLS must not count (RFC 3207,
    /// 4).
    /// </summary>
    public Stream BeginTls() =>
        start == end ? stream : throw new SmtpBrokenException("Clear text followed the answer to STARTTLS.");

    public async ValueTask DisposeAsync() => await stream.DisposeAsync();

    private async Task<string> ReadLineAsync(CancellationToken ct)
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
            end = await stream.ReadAsync(buffer, ct);
            if (end == 0) throw new SmtpBrokenException("The connection was closed.");
        }
    }
}
