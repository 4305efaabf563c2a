using System.Formats.Asn1;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Opens an EncryptedPrivateKeyInfo (RFC 5958, 3).</summary>
internal static class EncryptedKeys
{
    private const string What = "A private key (PKCS#8)";

    /// <summary>Adds the key, or the reason why it stays closed.</summary>
    public static PrivateKeyMaterial? Read(ReadSession session, ReadOnlyMemory<byte> value)
    {
        try
        {
            var info = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            var scheme = PasswordSchemes.Parse(info.ReadSequence(), out var unsupported);
            if (scheme is null)
            {
                session.Add(Refusals.UnsupportedAlgorithm(What, $"the encryption {unsupported}"));
                return null;
            }

            return Open(session, scheme, info.ReadOctetString());
        }
        catch (AsnContentException)
        {
            session.Add(Refusals.Damaged(What, "the parameters of its encryption break off"));
            return null;
        }
    }

    private static PrivateKeyMaterial? Open(ReadSession session, PasswordScheme scheme, byte[] data)
    {
        PrivateKeyMaterial? key = null;
        var outcome = PasswordTrial.Run(session, scheme, data, plain =>
        {
            if (DerShapes.FirstValue(plain) is not { } value) return false;
            if (DerShapes.Recognise(value) == DerShape.Pkcs8) key = session.AddKey(value.Span);
            // A wrong password gives no value that fills the whole: what does was opened, and is something else.
            else if (value.Length == plain.Length) session.Add(Refusals.UnsupportedAlgorithm(What, "a form that is not PKCS#8"));
            else return false;
            return true;
        });
        if (outcome != TrialOutcome.Opened) session.Add(PasswordTrial.Refusal(outcome, What, scheme));
        return key;
    }
}
