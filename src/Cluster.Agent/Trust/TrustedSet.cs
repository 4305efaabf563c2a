using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Trust;

/// <summary>A trust set whose signature was checked: the roots, issuers, signers and addresses that the host believes.</summary>
internal sealed class TrustedSet
{
    private readonly HashSet<string> signers;

    private TrustedSet(SignedTrustSet signed, TrustSet content)
    {
        Signed = signed;
        Content = content;
        signers = [.. content.Signers.Select(s => Convert.ToHexStringLower(s.Span))];
    }

    /// <summary>As it was received.</summary>
    public SignedTrustSet Signed { get; }

    /// <summary>What it says.</summary>
    public TrustSet Content { get; }

    /// <summary>Takes the first set after a join, or reads a stored one: its signer must lead to the pinned root.</summary>
    /// <returns>Null when the signature, the chain or the pin does not fit.</returns>
    public static TrustedSet? First(SignedTrustSet signed, string rootPin)
    {
        if (Parse(signed) is not { } content) return null;
        var signer = CertificateInfo.TryRead(signed.SignerCertificate.Span);
        if (signer is null || !signer.Uris.Contains(ControlUris.Signer)) return null;
        var roots = content.Roots.Select(r => CertificateInfo.TryRead(r.Span))
            .OfType<CertificateInfo>()
            .Where(r => r.PublicKeySha256 == rootPin)
            .ToList();
        var issuers = content.Issuers.Select(i => CertificateInfo.TryRead(i.Span)).OfType<CertificateInfo>().Where(i => i.IsCa);
        var leads = issuers.Any(issuer => roots.Any(root => root.IsCa && issuer.IsIssuedBy(root)) && signer.IsIssuedBy(issuer));
        return leads && Verifies(ProtocolLimits.TrustSetLabel, signed.TrustSet, signed.Signature, signer)
            ? new TrustedSet(signed, content)
            : null;
    }

    /// <summary>Reads a set that this host stored after it had checked it; only its form is looked at.</summary>
    public static TrustedSet? Stored(byte[] bytes)
    {
        try
        {
            var signed = SignedTrustSet.Parser.ParseFrom(bytes);
            return Parse(signed) is { } content ? new TrustedSet(signed, content) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Takes a newer set, signed by a signer of this one.</summary>
    /// <returns>Null when it is not newer, or its signature does not fit.</returns>
    public TrustedSet? Advance(SignedTrustSet signed)
    {
        if (Parse(signed) is not { } content || content.Number <= Content.Number || content.InstallationId != Content.InstallationId)
            return null;
        return VerifyStatement(ProtocolLimits.TrustSetLabel, signed.TrustSet, signed.Signature, signed.SignerCertificate)
            ? new TrustedSet(signed, content)
            : null;
    }

    /// <summary>
    /// Whether a statement is signed by a signer of this set. Dates are not looked at: a signer is withdrawn by a new set,
    /// and a host whose clock is wrong must still be able to follow its manager.
    /// </summary>
    public bool VerifyStatement(string label, ByteString statement, ByteString signature, ByteString signerCertificate)
    {
        if (!signers.Contains(Convert.ToHexStringLower(signerCertificate.Span))) return false;
        var signer = CertificateInfo.TryRead(signerCertificate.Span);
        return signer is not null && Verifies(label, statement, signature, signer);
    }

    private static bool Verifies(string label, ByteString statement, ByteString signature, CertificateInfo signer) =>
        signer.PublicKey.Verify(SignedBytes.Of(label, statement.Span), signature.Span);

    private static TrustSet? Parse(SignedTrustSet signed)
    {
        try
        {
            var content = TrustSet.Parser.ParseFrom(signed.TrustSet);
            return content.Roots.Count > 0 && content.Issuers.Count > 0 && content.Signers.Count > 0 ? content : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
