using System.Diagnostics.CodeAnalysis;

namespace Cluster.Pki.Issuing;

/// <summary>URIs by which the certificates of the control CA name their subject.</summary>
public static class ControlUris
{
    /// <summary>Role of a manager's server certificate.</summary>
    public const string Manager = "urn:cluster:role:manager";

    /// <summary>Role of a certificate that signs assignments.</summary>
    public const string Signer = "urn:cluster:role:signer";

    /// <summary>URI of a machine's identity.</summary>
    public static string Machine(Guid clusterId, Guid machineId) => $"urn:cluster:{clusterId:D}:machine:{machineId:D}";

    /// <summary>Reads the URI of a machine's identity.</summary>
    public static bool TryParseMachine([NotNullWhen(true)] string? uri, out Guid clusterId, out Guid machineId)
    {
        machineId = clusterId = Guid.Empty;
        var parts = uri?.Split(':') ?? [];
        return parts is ["urn", "cluster", _, "machine", _]
            && Guid.TryParseExact(parts[2], "D", out clusterId)
            && Guid.TryParseExact(parts[4], "D", out machineId);
    }
}
