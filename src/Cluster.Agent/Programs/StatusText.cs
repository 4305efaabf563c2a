using System.Globalization;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Programs;

/// <summary>Writes a status for people.</summary>
internal static class StatusText
{
    private const int ShortHash = 12;

    public static void Write(TextWriter to, AgentStatus status)
    {
        to.WriteLine(
            status.Machine is null
                ? "machine     none: this host is in no cluster"
                : $"machine     {status.Machine} ({status.MachineId}), cluster {status.ClusterId}, generation {status.Generation}");
        if (status.Left) to.WriteLine("left        this host left; services go on with what they have");
        to.WriteLine($"agent       {(status.Running ? "running" : "not running")}, version {status.AgentVersion}");
        if (status.Connection is { } c)
        {
            to.WriteLine($"connection  {(c.Connected ? "connected" : "not connected")}, manager {c.Manager}, since {Time(c.Since)}");
            if (c.Problem.Length > 0) to.WriteLine($"            {c.Problem}");
            if (c.IdentityExpires is { } expires) to.WriteLine($"identity    until {Time(expires)}");
            var notices = new[]
            {
                (c.Pending, "awaits approval"),
                (c.Disconnected, "disconnected by an administrator"),
                (c.Quarantined, "quarantined: its identity looks cloned")
            };
            foreach (var (_, text) in notices.Where(n => n.Item1)) to.WriteLine($"notice      {text}");
        }

        to.WriteLine(
            status.Assignment is null
                ? "assignment  none"
                : $"assignment  {status.Assignment} (revision {status.Revision}, epoch {status.Epoch}), mode {status.Mode}");
        if (status.Hold is { } hold)
            to.WriteLine($"hold        since {Time(hold.Since)}, {(hold.Until is { } until ? $"until {Time(until)}" : "until released")}");
        if (status.Problem is { } problem) to.WriteLine($"problem     {problem}");
        foreach (var service in status.Services) Write(to, service);
    }

    private static void Write(TextWriter to, ServiceSummary service)
    {
        var running = service.Running switch
        {
            true => "running",
            false => "stopped",
            null => "",
        };
        to.WriteLine();
        to.WriteLine($"service     {service.Name} ({service.Driver}) {running}{(service.Applying ? ", being changed" : "")}");
        var record = service.Record;
        to.WriteLine($"  desired   {Short(service.Desired)}");
        to.WriteLine(
            record.Applied is { } applied
                ? $"  applied   {Short(applied.Part)} revision {applied.Revision}, {Time(applied.At)}"
                : "  applied   –");
        if (record.Attempted is { Error: { } error } attempted)
        {
            to.WriteLine(
                $"  attempted {Short(attempted.Part)} revision {attempted.Revision}, {Time(attempted.At)}: {error.Code} "
                    + $"({error.Kind.ToString().ToLowerInvariant()}, check {error.Check})");
            to.WriteLine($"            {error.Message}");
            if (attempted.RetryAt is { } retry && error.Kind == ApplyFailureKind.Transient)
                to.WriteLine($"            tried again at {Time(retry)}");
        }

        if (record.Verified is { } verified)
        {
            to.WriteLine(
                $"  verified  {Short(verified.Part)} revision {verified.Revision}, {Time(verified.At)}: "
                    + $"{verified.Proof.Method.ToString().ToLowerInvariant()} {verified.Proof.Detail}");
            foreach (var e in verified.Proof.Endpoints)
                to.WriteLine($"            {e.Kind}/{e.Name} {e.Address} port {e.Port} {e.Protocol} serial {e.SerialNumber} {e.Detail}");
        }
        else
        {
            to.WriteLine("  verified  –");
        }

        foreach (var item in record.Refused) to.WriteLine($"  refused   {item.Kind}/{item.Name} ({item.Code}): {item.Message}");
        foreach (var drift in record.Drift) to.WriteLine($"  drift     {drift.Path}: {drift.What} (since {Time(drift.Since)})");
        foreach (var warning in record.Warnings) to.WriteLine($"  warning   {warning}");
        if (record.Plan.Length > 0) to.WriteLine("  plan\n" + record.Plan);
    }

    private static string Short(string? hash) => hash is null ? "–" : hash[..Math.Min(ShortHash, hash.Length)];

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
