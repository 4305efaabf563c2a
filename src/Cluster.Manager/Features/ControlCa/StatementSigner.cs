using System.Security.Cryptography;
using Cluster.Pki.Certificates;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>Signs what agents act upon, with the signer leaf of the control CA; its key serves no TLS port.</summary>
internal sealed class StatementSigner : IDisposable
{
    private readonly Lock gate = new();
    private readonly ECDsa key;
    private readonly ByteString certificate;

    public StatementSigner(ControlPair signer)
    {
        var pkcs8 = signer.Key.ExportPkcs8();
        try
        {
            key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }

        certificate = ByteString.CopyFrom(signer.Certificate.Der.Span);
    }

    public SignedStatement Sign(Assignment assignment)
    {
        var bytes = assignment.ToByteArray();
        return new SignedStatement
        {
            Statement = UnsafeByteOperations.UnsafeWrap(bytes),
            Signature = Sign(ProtocolLimits.AssignmentLabel, bytes),
            SignerCertificate = certificate
        };
    }

    /// <summary>Signs the order to leave.</summary>
    public SignedRemoval Sign(Removal removal)
    {
        var bytes = removal.ToByteArray();
        return new SignedRemoval
        {
            Removal = UnsafeByteOperations.UnsafeWrap(bytes),
            Signature = Sign(ProtocolLimits.RemovalLabel, bytes),
            SignerCertificate = certificate
        };
    }

    public SignedTrustSet Sign(TrustSet trustSet)
    {
        var bytes = trustSet.ToByteArray();
        return new SignedTrustSet
        {
            TrustSet = UnsafeByteOperations.UnsafeWrap(bytes),
            Signature = Sign(ProtocolLimits.TrustSetLabel, bytes),
            SignerCertificate = certificate
        };
    }

    public void Dispose() => key.Dispose();

    private ByteString Sign(string label, byte[] bytes)
    {
        var data = SignedBytes.Of(label, bytes);
        // One ECDsa object is not made for several threads at once.
        lock (gate) return UnsafeByteOperations.UnsafeWrap(
            key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
