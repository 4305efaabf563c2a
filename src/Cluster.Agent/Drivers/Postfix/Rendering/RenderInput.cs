using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>What a part is rendered from besides itself.</summary>
internal sealed record RenderInput
{
    /// <summary>What people are told of settings that no level defines any more.</summary>
    public required IReadOnlyList<string> Orphaned { get; init; }

    /// <summary>What is applied now; null = nothing.</summary>
    public required ServicePart? Applied { get; init; }

    /// <summary>Private keys by public key: those that arrived, then those of the live generation.</summary>
    public required Func<string, byte[]?> Keys { get; init; }

    /// <summary>By the key of a listener, what it was applied with to verify clients; null = it does not verify them.</summary>
    public Func<string, ClientTrust?> ClientTrust { get; init; } = _ => null;

    /// <summary>main.cf as it is without us.</summary>
    public required MainCf Administrator { get; init; }

    /// <summary>master.cf as it stands.</summary>
    public required MasterCf Master { get; init; }

    /// <summary>The host's own routes.</summary>
    public required Routing Routing { get; init; }

    /// <summary>What is known of what domains publish.</summary>
    public PublishedFindings Published { get; init; } = PublishedFindings.None;

    /// <summary>The time by which certificates are judged.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>By which parameters exist and others do not; only known where TLS protocols are set.</summary>
    public PostfixVersion Version { get; init; }

    /// <summary>What was seen against the TLS versions and ciphers of listeners; null = nothing.</summary>
    public string? InboundRefusal { get; init; }

    /// <summary>What of the administrator's stands against TLS versions for mail that leaves; null = nothing.</summary>
    public string? OutboundRefusal { get; init; }

    /// <summary>A key that is not here is no fault: nothing will be written.</summary>
    public bool PlanOnly { get; init; }
}
