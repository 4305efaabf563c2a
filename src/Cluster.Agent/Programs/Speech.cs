namespace Cluster.Agent.Programs;

/// <summary>How verbs speak to people.</summary>
internal static class Speech
{
    /// <summary>Says what is wrong on standard error, and returns the exit code.</summary>
    public static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine(message);
        return exitCode;
    }

    /// <summary>Says what is wrong with a damaged or forbidden state.</summary>
    public static int Fail(Exception e) => Fail(ExitCodes.Failure, e.Message);
}
