using Cluster.Domain.Fleet;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>A bound certificate has a version that exists, may be used, and has its private key.</summary>
internal static class BindingKeyRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var binding in CertificateBinding.Of(machines.Effective))
        {
            if (binding.Resolve(machines.Effective, input.Certificates) is not { } resolved) continue;
            var (certificate, content) = resolved;
            if (content is null || content.Destroyed || content.HasPrivateKey) continue;
            yield return RawFinding.Error(
                "binding-without-key",
                binding.User,
                $"{binding.Label} {(binding.Use.Role == BindingRole.Server ? "shows" : "presents")} certificate '{certificate.Name}', "
                    + "but the manager has no private key for it.",
                "Import the key together with the certificate, or name a certificate that has one.") with { Detail = certificate.Name };
        }
    }
}
