using Cluster.Contracts.Json;

namespace Cluster.Manager.Features.Fleet;

/// <summary>The error of a text that cannot be the name of a machine.</summary>
internal static class MachineNameError
{
    /// <summary>At a member of a body.</summary>
    public static FieldError At(string pointer) => new(
        pointer, FieldErrorCodes.MachineName, "A machine's name is a host name (RFC 1123) and not of UUID form.");
}
