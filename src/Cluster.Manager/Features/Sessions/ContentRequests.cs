using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Answers what agents ask for: only what the machine's newest assignment names, and nothing while it is pending, disconnected or quarantined.</summary>
internal sealed partial class ContentRequests(ContentCatalog catalog, KeyRelease keys, SendingPace pace, ILogger<ContentRequests> log)
{
    /// <summary>Makes the answer.</summary>
    public async Task<ContentReply> AnswerAsync(AgentConnection connection, ContentRequest request, CancellationToken ct)
    {
        var content = connection is { Wanted: { } wanted, Standing.MayPush: true } ? await catalog.FindAsync(connection.Machine.ClusterId, wanted.BundleHash) : null;
        var refused = new List<ByteString>();
        var parts = new List<Part>();
        foreach (var hash in request.Parts)
        {
            if (content is not null && content.Parts.TryGetValue(Hex(hash), out var bytes)) parts.Add(new Part { Sha256 = hash, Content = UnsafeByteOperations.UnsafeWrap(bytes) });
            else refused.Add(hash);
        }

        var named = request.Keys.Where(k => content is not null && content.Keys.Contains(Hex(k))).ToList();
        var released = named.Count == 0 ? [] : await keys.ReleaseAsync(new KeyOrder(connection.Machine, connection.StreamNumber, [.. named.Select(Hex)]));
        var sent = released.Select(k => k.PublicKeySha256).ToHashSet();
        refused.AddRange(request.Keys.Where(k => !sent.Contains(k)));
        if (refused.Count > 0) LogRefused(log, connection.Machine.MachineId, refused.Count, parts.Count + released.Count);
        return new ContentReply(parts, released, refused, pace.Budget, ct);
    }

    private static string Hex(ByteString hash) => Convert.ToHexStringLower(hash.Span);

    [LoggerMessage(2209, LogLevel.Warning, "Machine {MachineId} was refused {Refused} parts or keys that its assignment does not name; {Sent} others were sent.")]
    private static partial void LogRefused(ILogger log, Guid machineId, int refused, int sent);
}
