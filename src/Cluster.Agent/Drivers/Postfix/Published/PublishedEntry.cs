using System.Text.Json.Serialization;
using System.Text.Json;
using Cluster.Verification.Published;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>What is known of one domain, and when it is looked at next.</summary>
internal sealed record PublishedEntry
{
    // How long keys that were found count while no resolver can tell.
    private static readonly TimeSpan LongestUnseen = TimeSpan.FromDays(7);

    /// <summary>A-labels.</summary>
    public required string Domain { get; init; }

    /// <summary>When it is looked at next.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Keys for DANE as they were found last; null = it was never found out.</summary>
    public DaneSeen? Dane { get; init; }

    /// <summary>When the keys were looked for; null = never.</summary>
    public DateTimeOffset? DaneAt { get; init; }

    /// <summary>Why the last look did not find out whether there are keys; empty = it did, or nobody answered.</summary>
    public string DaneProblem { get; init; } = "";

    /// <summary>MTA-STS policy; null = it was never looked for.</summary>
    public MtaStsSeen? MtaSts { get; init; }

    /// <summary>Whether settings were held up once to look at it: they are not again.</summary>
    [JsonIgnore]
    public bool WasWaitedFor { get; init; }

    /// <summary>Whether nothing of it was ever found out.</summary>
    [JsonIgnore]
    public bool IsNew => Dane is null && MtaSts is null;

    /// <summary>Whether something of it is not known.</summary>
    [JsonIgnore]
    public bool IsUnknown => Dane is null || DaneProblem.Length > 0 || MtaSts is null or { State: PublishedState.Unknown };

    /// <summary>Why something of it is not known, for people; empty = nobody says.</summary>
    [JsonIgnore]
    public string Problem => MtaSts is { Problem: { Length: > 0 } policy } ? policy : DaneProblem;

    /// <summary>Whether it can be true at a time: what stands in a file may have been damaged, or the clock been wrong.</summary>
    public bool IsPossible(DateTimeOffset now) =>
        DueAt - now <= LongestUnseen && (DaneAt is not { } at || at <= now)
        && Dane?.IsPossible() is not false && MtaSts?.IsPossible(now) is not false;

    /// <summary>What it asks for at a time; null = nothing.</summary>
    public PublishedAsk? AskAt(DateTimeOffset now) =>
        PublishedAsk.Of(DaneAt is { } at && (now - at).Duration() < LongestUnseen ? Dane : null, MtaSts, now);

    /// <summary>The same after a look.</summary>
    public PublishedEntry After(PublishedSeen seen, DateTimeOffset now) => this with
    {
        Dane = seen.Dane.State == PublishedState.Unknown ? Dane : seen.Dane,
        DaneAt = seen.Dane.State == PublishedState.Unknown ? DaneAt : now,
        DaneProblem = seen.Dane.Problem,
        MtaSts = seen.MtaSts,
    };
}

/// <summary>All of them as they are kept.</summary>
/// <param name="Entries">One a domain.</param>
internal sealed record PublishedFile(IReadOnlyList<PublishedEntry> Entries);

/// <summary>Serializer metadata of the file, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 8,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PublishedFile))]
internal sealed partial class PublishedJson : JsonSerializerContext;
