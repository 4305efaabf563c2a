using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>A control CA that was just made, with the keys that only its maker sees.</summary>
internal sealed record MadeControlCa(ControlKeys Keys, PrivateKeyMaterial RootKey, ControlPair SignerIssuer);

/// <summary>
/// Makes the control CA of a new installation: a root for 20 years, three issuers for 2, a signer, and trust set number 1.
/// </summary>
internal static class ControlCaMaking
{
    public static MadeControlCa Make(Guid installationId, IReadOnlyList<string> managerAddresses, DateTimeOffset now)
    {
        var rootKey = PrivateKeyMaterial.Generate(KeySpecification.EcP384);
        var root = Pki.Issuing.ControlCa.IssueRoot(rootKey, $"Cluster root {installationId:D}", now);
        var agents = Issuer(root, rootKey, IssuerRole.Agents, now);
        var servers = Issuer(root, rootKey, IssuerRole.Servers, now);
        var signerIssuer = Issuer(root, rootKey, IssuerRole.Signer, now);
        var signerKey = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var lifetime = signerIssuer.Certificate.NotAfter - now;
        var signer = new ControlPair(
            Pki.Issuing.ControlCa.IssueSigner(signerIssuer.Certificate, signerIssuer.Key, signerKey.Public, now, lifetime), signerKey);
        var trustSet = TrustSet(installationId, root, [agents, servers, signerIssuer], signer, managerAddresses);
        using var statements = new StatementSigner(signer);
        var keys = new ControlKeys
        {
            InstallationId = installationId,
            Root = root,
            Agents = agents,
            Servers = servers,
            Signer = signer,
            TrustSetNumber = 1,
            TrustSet = statements.Sign(trustSet).ToByteArray(),
        };
        return new MadeControlCa(keys, rootKey, signerIssuer);
    }

    private static ControlPair Issuer(CertificateInfo root, PrivateKeyMaterial rootKey, IssuerRole role, DateTimeOffset now)
    {
        var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        return new ControlPair(Pki.Issuing.ControlCa.IssueIssuer(root, rootKey, key.Public, role, now), key);
    }

    private static TrustSet TrustSet(
        Guid installationId, CertificateInfo root, IEnumerable<ControlPair> issuers, ControlPair signer, IReadOnlyList<string> addresses)
    {
        var set = new TrustSet { Number = 1, InstallationId = installationId.ToString("D") };
        set.Roots.Add(ByteString.CopyFrom(root.Der.Span));
        set.Issuers.AddRange(issuers.Select(i => ByteString.CopyFrom(i.Certificate.Der.Span)));
        set.Signers.Add(ByteString.CopyFrom(signer.Certificate.Der.Span));
        set.ManagerAddresses.AddRange(addresses);
        return set;
    }
}
