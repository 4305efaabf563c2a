using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers.Decryption;
using Cluster.Pki.Containers.Pkcs12;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers;

/// <summary>Takes the objects out of one DER value whose shape is known.</summary>
internal static class DerObjects
{
    /// <param name="session">Where the objects go.</param>
    /// <param name="value">One complete value.</param>
    /// <param name="shape">What it is.</param>
    /// <param name="label">Label of the PEM block, or null.</param>
    public static void Read(ReadSession session, ReadOnlyMemory<byte> value, DerShape shape, string? label)
    {
        switch (shape)
        {
            case DerShape.Certificate:
                session.AddCertificate(value.Span);
                break;
            case DerShape.Request:
                session.AddRequest(value.Span);
                break;
            case DerShape.Pkcs8:
                session.AddKey(value.Span);
                break;
            case DerShape.Pkcs1 or DerShape.Sec1:
                AddPlainKey(session, value, shape);
                break;
            case DerShape.DsaKey:
                session.Add(Refusals.UnsupportedKey("DSA"));
                break;
            case DerShape.EncryptedPkcs8:
                EncryptedKeys.Read(session, value);
                break;
            case DerShape.SignedData:
                Pkcs7Reader.Read(session, value);
                break;
            case DerShape.OtherCms:
                session.Add(new FoundContainer(ContainerKind.Pkcs7, "not a certificate store"));
                session.Add(
                    Refusals.UnsupportedFormat(
                        "A PKCS#7 message that holds no certificates", "Send a certs-only PKCS#7 (SignedData), PEM or PKCS#12."));
                break;
            case DerShape.Pkcs12:
                Pkcs12Reader.Read(session, value);
                break;
            case DerShape.RevocationList:
                session.Add(OtherObject.RevocationList);
                break;
            // Parameters of DSA and Diffie-Hellman are numbers, as an RSA public key is.
            case DerShape.PublicKey:
                session.Add(IsParameters(label) ? OtherObject.Parameters : OtherObject.PublicKey);
                break;
            case DerShape.Parameters:
                session.Add(OtherObject.Parameters);
                break;
            default:
                if (label is null) session.Add(Refusals.Unknown("The data is ASN.1"));
                else session.Add(IsParameters(label) ? OtherObject.Parameters : OtherObject.Block(label));
                break;
        }
    }

    private static bool IsParameters(string? label) => label?.EndsWith(" PARAMETERS", StringComparison.Ordinal) == true;

    private static void AddPlainKey(ReadSession session, ReadOnlyMemory<byte> value, DerShape shape)
    {
        if (value.Length > KeyGeneration.MaximumSize)
        {
            session.Add(KeyRefusal.TooLarge);
            return;
        }

        if (PlainKeys.ToPkcs8(value, shape) is not { } pkcs8)
        {
            session.Add(KeyRefusal.UnnamedCurve);
            return;
        }

        session.AddKey(pkcs8);
        CryptographicOperations.ZeroMemory(pkcs8);
    }
}
