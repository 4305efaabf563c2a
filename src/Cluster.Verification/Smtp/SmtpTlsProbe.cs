using Cluster.Verification.Guard;

namespace Cluster.Verification.Smtp;

/// <summary>
/// Tests what an SMTP server serves: greeting, EHLO, STARTTLS, handshake, whole chain, and the answers to MAIL and RCPT; no mail
/// is sent.
/// </summary>
/// <param name="guard">Decides about the address.</param>
/// <param name="time">Measures the stages.</param>
public sealed class SmtpTlsProbe(IOutboundGuard guard, TimeProvider time)
{
    /// <summary>Tests once.</summary>
    public async Task<SmtpTlsReport> RunAsync(SmtpTlsTarget target, CancellationToken ct)
    {
        await using var run = new SmtpTlsRun(guard, time, target);
        await run.GreetAsync(ct);
        return await run.FinishAsync(ct);
    }

    /// <summary>
    /// Tests with several connections at once: all are greeted before any goes on, so that as many server processes answer.
    /// </summary>
    public async Task<IReadOnlyList<SmtpTlsReport>> RunTogetherAsync(SmtpTlsTarget target, int count, CancellationToken ct)
    {
        var runs = Enumerable.Range(0, count).Select(_ => new SmtpTlsRun(guard, time, target)).ToArray();
        try
        {
            await Task.WhenAll(runs.Select(r => r.GreetAsync(ct)));
            return await Task.WhenAll(runs.Select(r => r.FinishAsync(ct)));
        }
        finally
        {
            foreach (var run in runs) await run.DisposeAsync();
        }
    }
}
