using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cluster.Testing.Postfix;

/// <summary>A message that a sink took.</summary>
/// <param name="Sender">Envelope sender.</param>
/// <param name="Recipient">Envelope recipient.</param>
/// <param name="Encrypted">Whether it came after STARTTLS.</param>
/// <param name="Client">Subject of the certificate that the client showed; null = none, or nobody asked.</param>
public sealed record TakenMail(string Sender, string Recipient, bool Encrypted, string? Client);

/// <summary>
/// An SMTP server on loopback, or on a host of a network, that takes every message and remembers how it came; ends when disposed.
/// </summary>
public sealed class MailSink : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly SinkOptions options;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<TakenMail> taken = new();
    private readonly Task accepting;

    /// <summary>Starts it.</summary>
    /// <param name="certificate">What it shows after STARTTLS, with its key; null = no TLS is offered.</param>
    /// <param name="options">What else is special about it.</param>
    public MailSink(X509Certificate2? certificate, SinkOptions? options = null)
    {
        Certificate = certificate;
        this.options = options ?? new SinkOptions();
        listener = this.options.Listening ?? OnLoopback();
        accepting = AcceptAsync();
    }

    /// <summary>What it shows after STARTTLS; null = no TLS is offered.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>It as Postfix writes a next hop.</summary>
    public string NextHop => $"[127.0.0.1]:{Port}";

    /// <summary>What it has taken so far.</summary>
    public IReadOnlyCollection<TakenMail> Taken => taken;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private static Socket OnLoopback()
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.Next()));
                socket.Listen();
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another program took the port in between.
                socket.Dispose();
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync(stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using var wire = new NetworkStream(client, ownsSocket: true);
            await TalkAsync(wire);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The peer went away, or did not like the certificate.
        }
    }

    private async Task TalkAsync(Stream wire)
    {
        var (stream, encrypted, sender) = (wire, false, "");
        string? shown = null;
        var recipients = new List<string>();
        await SayAsync(stream, "220 sink.example.test ESMTP");
        while (await ReadLineAsync(stream) is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO" when options.Habit == SinkHabit.HasNoEhlo:
                    await SayAsync(stream, "500 5.5.1 what?");
                    break;
                case "EHLO" when Certificate is not null && !encrypted:
                    await SayAsync(stream, "250-sink.example.test\r\n250 STARTTLS");
                    break;
                case "STARTTLS" when options.Habit == SinkHabit.RefusesStartTls:
                    await SayAsync(stream, "454 4.7.0 not now");
                    break;
                case "STARTTLS" when options.Habit == SinkHabit.FailsHandshakes:
                    await SayAsync(stream, "220 go\r\nthis is no handshake");
                    return;
                case "STARTTLS" when Certificate is not null:
                    var tls = await StartTlsAsync(stream, Certificate);
                    (stream, encrypted, shown) = (tls, true, tls.RemoteCertificate?.Subject);
                    break;
                case "DATA":
                    await TakeAsync(stream);
                    foreach (var recipient in recipients) taken.Enqueue(new TakenMail(sender, recipient, encrypted, shown));
                    recipients.Clear();
                    await SayAsync(stream, "250 taken");
                    break;
                case var word:
                    if (word == "MAIL") sender = AddressOf(line);
                    if (word == "RCPT") recipients.Add(AddressOf(line));
                    if (word == "RSET") recipients.Clear();
                    await SayAsync(stream, "250 sink.example.test");
                    break;
            }
        }
    }

    private async Task<SslStream> StartTlsAsync(Stream stream, X509Certificate2 certificate)
    {
        await SayAsync(stream, "220 go");
        var tls = new SslStream(stream);
        var context = SslStreamCertificateContext.Create(certificate, options.Intermediates, offline: true);
        var how = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context,
            ClientCertificateRequired = options.Demand != SinkDemand.None,
            RemoteCertificateValidationCallback = (_, client, _, _) => client is not null || options.Demand != SinkDemand.Insists,
        };
        await tls.AuthenticateAsServerAsync(how, stop.Token);
        return tls;
    }

    private async Task TakeAsync(Stream stream)
    {
        await SayAsync(stream, "354 send");
        while (await ReadLineAsync(stream) is { } text && text != ".")
        {
        }
    }

    private static string AddressOf(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private Task SayAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), stop.Token).AsTask();

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) > 0)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
