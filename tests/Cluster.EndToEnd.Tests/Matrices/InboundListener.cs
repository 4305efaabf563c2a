using Cluster.Contracts.Settings;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>A listener of the matrix: which policy its groups have, in their order, and everybody else.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Otherwise">The policy of whom no group matches.</param>
/// <param name="Groups">A sender and its policy, for each group.</param>
internal sealed record InboundListener(string Name, InboundPolicy Otherwise, params (string Sender, InboundPolicy Policy)[] Groups)
{
    /// <summary>Whether it begins with a handshake.</summary>
    public bool IsWrapped { get; init; }

    /// <summary>Whether it listens at the IPv6 address of the gateway.</summary>
    public bool IsOverIPv6 { get; init; }

    /// <summary>Whether it is also asked by clients just beyond a sender, and at its other end.</summary>
    public bool HasEdges { get; init; }

    /// <summary>The policies that it names.</summary>
    public IEnumerable<InboundPolicy> Policies => Groups.Select(g => g.Policy).Append(Otherwise);

    /// <summary>It as a setting.</summary>
    public Listener Settings => new()
    {
        Type = ListenerType.Private,
        Port = 25,
        Hostname = "gw.test",
        Certificate = Policies.All(p => p == InboundPolicy.Off) ? null : "mx",
        DefaultPolicy = NameOf(Otherwise),
        SenderGroups = Groups.Length == 0
            ? null
            : [.. Groups.Select((g, i) => new SenderGroup { Name = $"group-{i + 1}", Senders = [g.Sender], Policy = NameOf(g.Policy) })],
    };

    /// <summary>Name of a policy's setting.</summary>
    public static string NameOf(InboundPolicy policy) => policy.ToString().ToLowerInvariant();

    /// <summary>The policy of the group with a sender, else that of everybody else.</summary>
    public InboundPolicy PolicyOf(string? sender) =>
        Groups.Where(g => g.Sender == sender || g.Sender == "ALL").Select(g => g.Policy).Append(Otherwise).First();
}
