using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Issuing;

/// <summary>Profiles of the control CA's certificates; all are dated 48 hours back, because hosts' clocks differ.</summary>
public static class ControlCa
{
    /// <summary>How far certificates are dated back.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromHours(48);

    /// <summary>Years that a root is valid.</summary>
    public const int RootYears = 20;

    /// <summary>Years that an issuer is valid.</summary>
    public const int IssuerYears = 2;

    /// <summary>Issues the self-signed root, which agents pin by its public key.</summary>
    public static CertificateInfo IssueRoot(PrivateKeyMaterial key, string commonName, DateTimeOffset now) =>
        CertificateIssuing.IssueSelfSigned(key, Authority(key.Public, commonName, now, now.AddYears(RootYears), pathLength: 1));

    /// <summary>Issues one of the issuers below the root.</summary>
    public static CertificateInfo IssueIssuer(
        CertificateInfo root, PrivateKeyMaterial rootKey, PublicKeyMaterial issuerKey, IssuerRole role, DateTimeOffset now) =>
        CertificateIssuing.Issue(
            root,
            rootKey,
            Authority(issuerKey, $"Cluster {role.ToString().ToLowerInvariant()} issuer", now, now.AddYears(IssuerYears), pathLength: 0));

    /// <summary>Issues a machine's identity: clientAuth only, named by its URI; of a request only the public key is taken.</summary>
    public static CertificateInfo IssueMachine(
        CertificateInfo issuer, PrivateKeyMaterial issuerKey, PublicKeyMaterial machineKey, IdentityOrder machine, DateTimeOffset now) =>
        CertificateIssuing.Issue(issuer, issuerKey, Leaf(machineKey, machine.MachineId.ToString("D"), now, now + machine.Lifetime) with
        {
            Uris = [ControlUris.Machine(machine.ClusterId, machine.MachineId)],
            ExtendedKeyUsage = [Oids.ClientAuth],
        });

    /// <summary>Issues a manager's server certificate: serverAuth only, role URI, DNS and IP names.</summary>
    public static CertificateInfo IssueServer(
        CertificateInfo issuer,
        PrivateKeyMaterial issuerKey,
        PublicKeyMaterial serverKey,
        ServerNames names,
        DateTimeOffset now,
        TimeSpan lifetime) =>
        CertificateIssuing.Issue(issuer, issuerKey, Leaf(serverKey, "Cluster manager", now, now + lifetime) with
        {
            DnsNames = names.DnsNames,
            IpAddresses = names.IpAddresses,
            Uris = [ControlUris.Manager],
            ExtendedKeyUsage = [Oids.ServerAuth],
        });

    /// <summary>Issues a certificate that signs assignments: digitalSignature only, good for no TLS port.</summary>
    public static CertificateInfo IssueSigner(
        CertificateInfo issuer, PrivateKeyMaterial issuerKey, PublicKeyMaterial signerKey, DateTimeOffset now, TimeSpan lifetime) =>
        CertificateIssuing.Issue(
            issuer, issuerKey, Leaf(signerKey, "Cluster assignment signer", now, now + lifetime) with { Uris = [ControlUris.Signer] });

    private static IssueOrder Authority(
        PublicKeyMaterial key, string commonName, DateTimeOffset now, DateTimeOffset until, int pathLength) =>
        new()
        {
            PublicKey = key,
            Subject = new SubjectName { CommonName = commonName },
            NotBefore = now - Backdated,
            NotAfter = until,
            KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
            IsCa = true,
            PathLength = pathLength,
        };

    private static IssueOrder Leaf(PublicKeyMaterial key, string commonName, DateTimeOffset now, DateTimeOffset until) => new()
    {
        PublicKey = key,
        Subject = new SubjectName { CommonName = commonName },
        NotBefore = now - Backdated,
        NotAfter = until,
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
    };
}
