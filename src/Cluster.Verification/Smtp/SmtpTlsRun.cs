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

    public async Task GreetAsync(CancellationToken ct)
    {
        await StageAsync(ProbeStages.Connect, async limit =>
        {
            session = await SmtpSession.ConnectAsync(guard, target, limit);
            return (true, target.EndPoint.ToString());
        }, ct);
        if (target.ImplicitTls) await HandshakeAsync(ct);
        await StageAsync(ProbeStages.Greeting, limit => ReplyAsync(s => s.ReadReplyAsync(limit)), ct);
    }

    public async Task<SmtpTlsReport> FinishAsync(CancellationToken ct)
    {
        if (target.XClient is { } attributes)
            await StageAsync(ProbeStages.Greeting, limit => ReplyAsync(s => s.SayAsync("XCLIENT " + attributes, limit)), ct);
        await EhloAsync(ct);
        if (target.TryMailInClear) await MailInClearAsync(ct);
        if (!target.ImplicitTls && !target.WithoutTls && report.StartTlsOffered)
        {
            await StageAsync(ProbeStages.StartTls, limit => ReplyAsync(s => s.SayAsync("STARTTLS", limit)), ct);
            await HandshakeAsync(ct);
            await EhloAsync(ct);
        }

        if (target.Recipient is { } recipient) await EnvelopeAsync(recipient, ct);
        await QuitAsync(ct);
        return report with { Stages = [.. stages], Transcript = [.. session?.Transcript ?? []] };
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
    }

    private Task EhloAsync(CancellationToken ct) => StageAsync(ProbeStages.Ehlo, async limit =>
    {
        var reply = await session!.SayAsync("EHLO " + target.EhloName, limit);
        if (!report.Encrypted) report = report with { StartTlsOffered = reply.Offers("STARTTLS") };
        return (reply.IsPositive, reply.ToString());
    }, ct);

    private Task MailInClearAsync(CancellationToken ct) => StageAsync(ProbeStages.MailInClear, async limit =>
    {
        var reply = await session!.SayAsync($"MAIL FROM:<{target.Sender}>", limit);
        var taken = reply.IsPositive;
        if (taken && target.RecipientInClear is { } recipient) reply = await session.SayAsync($"RCPT TO:<{recipient}>", limit);
        report = report with { MailInClear = reply };
        if (taken && reply.Code != 421) await session.SayAsync("RSET", limit);
        return (reply.Code != 421, reply.ToString());
    }, ct);

    private async Task EnvelopeAsync(string recipient, CancellationToken ct)
    {
        await StageAsync(ProbeStages.MailFrom, async limit =>
        {
            var reply = await session!.SayAsync($"MAIL FROM:<{target.Sender}>", limit);
            report = report with { MailFrom = reply };
            return (reply.IsPositive, reply.ToString());
        }, ct);
        await StageAsync(ProbeStages.RcptTo, async limit =>
        {
            var reply = await session!.SayAsync($"RCPT TO:<{recipient}>", limit);
            report = report with { RcptTo = reply };
            await session.SayAsync("RSET", limit);
            return (true, reply.ToString());
        }, ct);
    }

    private async Task HandshakeAsync(CancellationToken ct)
    {
        await StageAsync(ProbeStages.Handshake, async limit =>
        {
            var seen = await session!.StartTlsAsync(target.Offer, limit);
            report = report with { Tls = seen };
            return (true, $"{seen.Protocol} {seen.Cipher}");
        }, ct);
        await StageAsync(
            ProbeStages.Certificate, _ => Task.FromResult((report.Tls is { Chain.Count: > 0 }, Describe(report.Tls!.Chain))), ct);
        if (target.References.Count == 0) return;
        await StageAsync(ProbeStages.Name, _ =>
        {
            report = report with { Match = NameMatcher.Match(report.Tls!.Chain[0], target.References) };
            return Task.FromResult((report.Match is not null, report.Match?.Presented ?? "No name of the certificate matches."));
        }, ct);
    }

    private async Task QuitAsync(CancellationToken ct)
    {
        if (Failed || session is null) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(target.StageTimeout);
        try
        {
            await session.SayAsync("QUIT", limit.Token);
        }
        catch (Exception e) when (ProbeFailure.IsExpected(e) && !ct.IsCancellationRequested)
        {
            // Nothing depends on the answer to QUIT.
        }
    }

    private async Task<(bool Ok, string Detail)> ReplyAsync(Func<SmtpSession, Task<SmtpReply>> ask)
    {
        var reply = await ask(session!);
        return (reply.IsPositive, reply.ToString());
    }

    private async Task StageAsync(string name, Func<CancellationToken, Task<(bool Ok, string Detail)>> step, CancellationToken ct)
    {
        if (Failed) return;
        var begun = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(target.StageTimeout);
        (bool Ok, string Detail) result;
        try
        {
            result = await step(limit.Token);
        }
        catch (Exception e) when (ProbeFailure.IsExpected(e) && !ct.IsCancellationRequested)
        {
            result = (false, ProbeFailure.Describe(e, target.StageTimeout));
        }

        stages.Add(new ProbeStage(name, result.Ok, time.GetElapsedTime(begun).TotalMilliseconds, result.Detail));
    }

    private static string Describe(IReadOnlyList<CertificateInfo> chain) =>
        chain.Count == 0 ? "None was served." : $"{chain[0].Subject}, {chain.Count} certificates";
}
