using System.ComponentModel;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Cluster.Pki.Certificates;
using Cluster.Pki.Names;
using Cluster.Verification.Guard;

namespace Cluster.Verification.Smtp;

/// <summary>One pass of the test over one connection.</summary>
internal sealed class SmtpTlsRun(IOutboundGuard guard, TimeProvider time, SmtpTlsTarget target) : IAsyncDisposable
{
    private readonly List<ProbeStage> stages = [];
    private SmtpSession? session;
    private SmtpTlsReport report = new() { Stages = [], Transcript = [] };

    private bool Failed => stages.Exists(s => !s.Ok);

    public async Task GreetAsync(CancellationToken cancellation)
    {
        await StageAsync(ProbeStages.Connect, async limit =>
        {
            session = await SmtpSession.ConnectAsync(guard, target.EndPoint, limit);
            return (true, target.EndPoint.ToString());
        }, cancellation);
        if (target.ImplicitTls) await HandshakeAsync(cancellation);
        await StageAsync(ProbeStages.Greeting, limit => ReplyAsync(s => s.ReadReplyAsync(limit)), cancellation);
    }

    public async Task<SmtpTlsReport> FinishAsync(CancellationToken cancellation)
    {
        await EhloAsync(cancellation);
        if (target.TryMailInClear) await MailInClearAsync(cancellation);
        if (!target.ImplicitTls && !target.WithoutTls && report.StartTlsOffered)
        {
            await StageAsync(ProbeStages.StartTls, limit => ReplyAsync(s => s.SayAsync("STARTTLS", limit)), cancellation);
            await HandshakeAsync(cancellation);
            await EhloAsync(cancellation);
        }

        if (target.Recipient is { } recipient) await EnvelopeAsync(recipient, cancellation);
        await QuitAsync(cancellation);
        return report with { Stages = [.. stages], Transcript = [.. session?.Transcript ?? []] };
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
    }

    private Task EhloAsync(CancellationToken cancellation) => StageAsync(ProbeStages.Ehlo, async limit =>
    {
        var reply = await session!.SayAsync("EHLO " + target.EhloName, limit);
        if (!report.Encrypted) report = report with { StartTlsOffered = reply.Offers("STARTTLS") };
        return (reply.IsPositive, reply.ToString());
    }, cancellation);

    private Task MailInClearAsync(CancellationToken cancellation) => StageAsync(ProbeStages.MailInClear, async limit =>
    {
        var reply = await session!.SayAsync("MAIL FROM:<>", limit);
        report = report with { MailInClear = reply };
        if (reply.IsPositive) await session.SayAsync("RSET", limit);
        return (reply.Code != 421, reply.ToString());
    }, cancellation);

    private async Task EnvelopeAsync(string recipient, CancellationToken cancellation)
    {
        await StageAsync(ProbeStages.MailFrom, async limit =>
        {
            var reply = await session!.SayAsync("MAIL FROM:<>", limit);
            report = report with { MailFrom = reply };
            return (reply.IsPositive, reply.ToString());
        }, cancellation);
        await StageAsync(ProbeStages.RcptTo, async limit =>
        {
            var reply = await session!.SayAsync($"RCPT TO:<{recipient}>", limit);
            report = report with { RcptTo = reply };
            await session.SayAsync("RSET", limit);
            return (true, reply.ToString());
        }, cancellation);
    }

    private async Task HandshakeAsync(CancellationToken cancellation)
    {
        var served = new ServedChain();
        await StageAsync(ProbeStages.Handshake, async limit =>
        {
            var tls = await session!.StartTlsAsync(served.Options(target), limit);
            report = report with { Protocol = ProtocolName(tls.SslProtocol), Cipher = tls.NegotiatedCipherSuite.ToString() };
            return (true, string.Create(CultureInfo.InvariantCulture, $"{report.Protocol} {report.Cipher}"));
        }, cancellation);
        await StageAsync(ProbeStages.Certificate, _ =>
        {
            report = report with { Chain = served.Certificates };
            return Task.FromResult((served.Certificates.Count > 0, served.Describe()));
        }, cancellation);
        if (target.References.Count == 0) return;
        await StageAsync(ProbeStages.Name, _ =>
        {
            report = report with { Match = NameMatcher.Match(report.Chain[0], target.References) };
            return Task.FromResult((report.Match is not null, report.Match?.Presented ?? "No name of the certificate matches."));
        }, cancellation);
    }

    private async Task QuitAsync(CancellationToken cancellation)
    {
        if (Failed || session is null) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(target.StageTimeout);
        try
        {
            await session.SayAsync("QUIT", limit.Token);
        }
        catch (Exception e) when (IsExpected(e) && !cancellation.IsCancellationRequested)
        {
            // Nothing depends on the answer to QUIT.
        }
    }

    private async Task<(bool Ok, string Detail)> ReplyAsync(Func<SmtpSession, Task<SmtpReply>> ask)
    {
        var reply = await ask(session!);
        return (reply.IsPositive, reply.ToString());
    }

    private async Task StageAsync(string name, Func<CancellationToken, Task<(bool Ok, string Detail)>> step, CancellationToken cancellation)
    {
        if (Failed) return;
        var begun = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(target.StageTimeout);
        (bool Ok, string Detail) result;
        try
        {
            result = await step(limit.Token);
        }
        catch (Exception e) when (IsExpected(e) && !cancellation.IsCancellationRequested)
        {
            result = (false, e is OperationCanceledException ? $"No answer within {target.StageTimeout.TotalSeconds:0.#} s." : Innermost(e));
        }

        stages.Add(new ProbeStage(name, result.Ok, time.GetElapsedTime(begun).TotalMilliseconds, result.Detail));
    }

    private static bool IsExpected(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or AuthenticationException or SmtpBrokenException or OutboundRefusedException or Win32Exception;

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;

    private static string ProtocolName(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };
}
