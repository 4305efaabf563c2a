using System.Security.Cryptography;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>How trying the passwords ended.</summary>
internal enum TrialOutcome
{
    Opened,
    MissingPassword,
    WrongPassword,

    /// <summary>A password opened another part of the file, and none this one.</summary>
    OtherPassword,
    TooExpensive,
}

/// <summary>Tries the passwords of a session on one encrypted value.</summary>
internal static class PasswordTrial
{
    /// <param name="session">Gives passwords and budget.</param>
    /// <param name="scheme">The encryption.</param>
    /// <param name="data">Encrypted bytes.</param>
    /// <param name="accept">Says whether the decrypted bytes make sense; they are zeroed when it returns.</param>
    public static TrialOutcome Run(ReadSession session, PasswordScheme scheme, ReadOnlyMemory<byte> data, Func<byte[], bool> accept)
    {
        var tried = false;
        foreach (var password in session.Passwords.ToArray())
        {
            foreach (var encoded in PasswordEncodings.Encode(password, scheme.Encoding))
            {
                if (!session.Budget.TrySpend(CostOf(scheme, encoded, data))) return Ending(session, tried);
                tried = true;
                if (!Opens(scheme, encoded, data, accept)) continue;
                session.PreferPassword(password);
                if (!string.IsNullOrEmpty(password)) Note(session, scheme);
                return TrialOutcome.Opened;
            }
        }

        return Closed(session);
    }

    /// <summary>The refusal for an outcome that did not open.</summary>
    public static PkiError Refusal(TrialOutcome outcome, string what, PasswordScheme scheme) => outcome switch
    {
        TrialOutcome.MissingPassword => Refusals.MissingPassword(what),
        TrialOutcome.WrongPassword => Refusals.WrongPassword(what),
        TrialOutcome.OtherPassword => Refusals.OtherPassword(what),
        _ => Refusals.TooExpensive(what, $"its key derivation ({scheme.Name}) asks for more work than is done for one file"),
    };

    private static bool Opens(PasswordScheme scheme, byte[] encoded, ReadOnlyMemory<byte> data, Func<byte[], bool> accept)
    {
        var plain = scheme.Decrypt(encoded, data);
        CryptographicOperations.ZeroMemory(encoded);
        if (plain is null) return false;
        var accepted = accept(plain);
        CryptographicOperations.ZeroMemory(plain);
        return accepted;
    }

    // When at least the first password was tried in full, a wrong password is the likelier story than the cost.
    private static TrialOutcome Ending(ReadSession session, bool tried) => tried ? Closed(session) : TrialOutcome.TooExpensive;

    private static void Note(ReadSession session, PasswordScheme scheme)
    {
        if (scheme.IsOld) session.Add(ReadNotes.OldEncryption);
        if (scheme.Iterations < ReadNotes.FewIterations) session.Add(ReadNotes.TooFewIterations);
    }

    private static TrialOutcome Closed(ReadSession session)
    {
        if (session.PasswordOpened) return TrialOutcome.OtherPassword;
        return session.PasswordGiven ? TrialOutcome.WrongPassword : TrialOutcome.MissingPassword;
    }

    // The password and the salt are hashed once for each try, however long they are.
    private static long CostOf(PasswordScheme scheme, byte[] password, ReadOnlyMemory<byte> data)
    {
        const long each = 20_000;
        const long hashedByte = 20;
        if (scheme.Cost == long.MaxValue) return long.MaxValue;
        return scheme.Cost + each + (password.Length * hashedByte) + (data.Length * scheme.ByteCost);
    }
}
