using System.Text;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>How software turns a password into bytes.</summary>
internal enum PasswordEncoding
{
    /// <summary>PKCS#5: UTF-8; some software writes Latin-1, NSS once wrote UTF-16.</summary>
    Bytes,

    /// <summary>PKCS#12 (RFC 7292, B.1): UTF-16 big endian with a final zero; no password at all is nothing.</summary>
    Bmp,
}

internal static class PasswordEncodings
{
    /// <summary>Every form of the password that is worth a try, the usual one first.</summary>
    public static IEnumerable<byte[]> Encode(string? password, PasswordEncoding encoding)
    {
        if (encoding == PasswordEncoding.Bmp)
        {
            yield return password is null ? [] : Bmp(password);
            // OpenSSL before 1.1 spread the UTF-8 bytes over the 16-bit characters.
            if (password is not null && !Ascii.IsValid(password))
                yield return Bmp(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(password)));
            yield break;
        }

        if (password is null) yield break;
        yield return Encoding.UTF8.GetBytes(password);
        if (Ascii.IsValid(password)) yield break;
        if (password.All(c => c <= 0xFF)) yield return Encoding.Latin1.GetBytes(password);
        yield return Bmp(password);
    }

    private static byte[] Bmp(string password) => [.. Encoding.BigEndianUnicode.GetBytes(password), 0, 0];
}
