using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Sessions.Contents;

/// <summary>
/// Answers what agents ask for: only what the machine's newest assignment names, and nothing while it is pending, disconnected or
/// quarantined.
/// </summary>
internal sealed partial class ContentRequests(
    ContentCatalog catalog, KeyRelease keys, SendingPace pace, MachineRefusals refusals, ILogger<ContentRequests> log)
{
    /// <summary>Action of the event of a request for content that was never the machine's own.</summary>
    public const string Refused = "machine.content-refused";

    public async Task<ContentReply> AnswerAsync(AgentConnection connection, ContentRequest request, CancellationToken ct)
    {
        var content = connection is { Wanted: { } wanted, Block.MayPush: true }
            ? await catalog.FindAsync(connection.Machine.ClusterId, wanted.BundleHash)
            : null;
        var refused = new List<ByteString>();
        var parts = new List<Part>();
        foreach (var hash in request.Parts)
        {
            if (content is not null && content.Parts.TryGetValue(Hex(hash), out var bytes))
                parts.Add(new Part { Sha256 = hash, Content = UnsafeByteOperations.UnsafeWrap(bytes) });
            else refused.Add(hash);
        }

        var named = request.Keys.Where(k => content is not null && content.Keys.Contains(Hex(k))).ToList();
        var released = named.Count == 0
            ? []
            : await keys.ReleaseAsync(new KeyOrder(connection.Machine, connection.StreamNumber, [.. named.Select(Hex)]));
        var sent = released.Select(k => k.PublicKeySha256).ToHashSet();
        refused.AddRange(request.Keys.Where(k => !sent.Contains(k)));
        if (refused.Count > 0) await TellAsync(connection, refused, parts.Count + released.Count);
        return new ContentReply(parts, released, refused, pace.Budget, ct);
    }

    // What a newer assignment took away is asked for in all innocence; what was never named for this machine is not.
    private async Task TellAsync(AgentConnection connection, List<ByteString> refused, int sent)
    {
        LogRefused(log, connection.Machine.MachineId, refused.Count, sent);
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bundle in connection.Superseded.Prepend(connection.Wanted?.BundleHash).OfType<string>())
        {
            if (await catalog.FindAsync(connection.Machine.ClusterId, bundle) is { } content)
                own.UnionWith(content.Parts.Keys.Concat(content.Keys));
        }

        var foreign = refused.Count(hash => !own.Contains(Hex(hash)));
        if (foreign > 0) refusals.Note(connection.Machine.ClusterId, connection.Machine.MachineId, Refused, foreign);
    }

    private static string Hex(ByteString hash) => Convert.ToHexStringLower(hash.Span);

    [LoggerMessage(
        2209, LogLevel.Warning,
        "Machine {MachineId} was refused {Refused} parts or keys that its assignment does not name; {Sent} others were sent.",
        EventName = "ContentRefused")]
    private static partial void LogRefused(ILogger log, Guid machineId, int refused, int sent);
}
