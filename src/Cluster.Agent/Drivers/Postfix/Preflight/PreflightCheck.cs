using System.Net;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Machines;
using Cluster.Verification;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>
/// Tries a candidate configuration in a scratch instance: what Postfix's own check does not find (bad levels, broken key pairs,
/// missing maps, undefined restrictions, local parameters that bite only in the new state) shows there, while the live instance
/// is untouched.
/// </summary>
internal sealed class PreflightCheck(PostfixCommands commands, SmtpTlsProbe probe, string liveDirectory, string root)
{
    private const string SessionEnd = "]: disconnect from ";
    private static readonly TimeSpan LogDelay = TimeSpan.FromSeconds(2);
    private static readonly string[] Telling = [" fatal: ", " panic: ", " error: ", " warning: "];

    /// <summary>Tries it.</summary>
    /// <returns>What is wrong, with the lines that Postfix logged about it.</returns>
    public async Task<PreflightResult> RunAsync(MainCf main, MasterCf master, IReadOnlyList<ListenerPlan> listeners, CancellationToken ct)
    {
        await using var scratch = new ScratchInstance(commands, liveDirectory, root);
        if (await scratch.StartAsync(main, master, listeners, ct) is { } notStarted)
            return new PreflightResult(ApplyFailure.Final(
                ApplyCodes.NativeCheckFailed,
                "native-check",
                $"Postfix does not start with the new configuration. {notStarted} {await ReasonsAsync(scratch, ct)}".Trim()));
        foreach (var listener in listeners)
        {
            var wrapped = MasterCfEdit.Find(master, listener.EndPoint)?.IsOn(MasterCfEdit.Wrapper, main) is true;
            var target = TargetOf(scratch, listener, wrapped);
            if (await ProtocolPreflight.LookAsync(listener, target, scratch.Playgrounds[listener.Name], main, master, ct) is { } refusal)
                return new PreflightResult(Failure: null, refusal);
            var report = await probe.RunAsync(target, ct);
            var expected = OwnExpectation(listener, wrapped);
            var served = SmtpVerdict.Judge(expected, listener.Certificates, report);
            var problem = served ?? (listener.VerifiesClients ? null : Envelope(report));
            if (problem is null && listener.Senders is not null)
                problem = await SenderPreflight.ProveAsync(
                    probe, listener, target with { EndPoint = scratch.Playgrounds[listener.Name] }, wrapped, ct);
            if (problem is not null && listener.Protocols is not null && report.Failure is { Name: ProbeStages.Handshake })
                return new PreflightResult(Failure: null, $"Listener {listener.Name}: its certificate cannot be seen then. {problem}");
            if (problem is not null) return await FailedAsync($"Listener {listener.Name}: {problem}", scratch, ct);
        }

        var log = await LogAsync(scratch, l => CountOf(l, SessionEnd) >= listeners.Count, ct);
        return Fatal(log) is { } fatal ? await FailedAsync(fatal, scratch, ct) : new PreflightResult(Failure: null);
    }

    /// <summary>Ends and removes the scratch instance that a killed agent left, if there is one.</summary>
    public Task ClearAsync(CancellationToken ct) => new ScratchInstance(commands, liveDirectory, root).ClearAsync(ct);

    // Scratch instances do not look for names of clients that are told apart.
    private static SmtpExpectation OwnExpectation(ListenerPlan listener, bool wrapped) => listener.Senders is { } senders
        ? listener.Expectation(wrapped, senders.Of(IPAddress.Loopback, name: null))
        : listener.Expectation(wrapped);

    private static SmtpTlsTarget TargetOf(ScratchInstance scratch, ListenerPlan listener, bool wrapped) => new()
    {
        EndPoint = scratch.EndPoints[listener.Name],
        ImplicitTls = wrapped,
        TryMailInClear = listener.OffersTls && !wrapped,
        Recipient = scratch.Recipient,
        RecipientInClear = listener.Senders is null ? null : scratch.Recipient,
        StageTimeout = TimeSpan.FromSeconds(10),
    };

    // Refusals of the probe's own mail are the administrator's policy; a server that cannot decide is broken.
    private static string? Envelope(SmtpTlsReport report)
    {
        var last = report.RcptTo ?? report.MailFrom;
        if (last is null || last.Code is 421 or 451)
            return $"MAIL and RCPT are answered with {last?.ToString() ?? report.Failure?.Detail}.";
        return null;
    }

    private static async Task<PreflightResult> FailedAsync(string problem, ScratchInstance scratch, CancellationToken ct) => new(
        ApplyFailure.Final(ApplyCodes.PreflightFailed, "preflight", $"{problem} {await ReasonsAsync(scratch, ct)}".Trim()));

    // postlogd writes a moment after the process that said it went on.
    private static async Task<string> LogAsync(ScratchInstance scratch, Func<string, bool> isThere, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var log = scratch.Log;
            if (isThere(log) || TimeProvider.System.GetElapsedTime(begun) > LogDelay) return log;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }
    }

    private static async Task<string> ReasonsAsync(ScratchInstance scratch, CancellationToken ct) =>
        Reasons(await LogAsync(scratch, l => Reasons(l).Length > 0, ct));

    private static int CountOf(string log, string text) => log.Split(text).Length - 1;

    private static string? Fatal(string log) =>
        log.Split('\n')
            .FirstOrDefault(
                l => l.Contains(" fatal: ", StringComparison.Ordinal) || l.Contains(" panic: ", StringComparison.Ordinal)) is { } line
            ? Text(line)
            : null;

    private static string Reasons(string log)
    {
        var lines = log.Split('\n')
            .Where(l => Telling.Any(t => l.Contains(t, StringComparison.Ordinal)))
            .Select(Text)
            .Distinct(StringComparer.Ordinal)
            .Take(5)
            .ToArray();
        return lines.Length == 0 ? "" : $"Postfix says: {string.Join(" / ", lines)}";
    }

    // Without date, host and process id: the same reason has the same words.
    private static string Text(string line)
    {
        var at = line.IndexOf("]: ", StringComparison.Ordinal);
        return at < 0 ? line : line[(at + 3)..];
    }
}
