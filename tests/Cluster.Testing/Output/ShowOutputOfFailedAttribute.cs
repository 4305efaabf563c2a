using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Cluster.Testing.Output;

/// <summary>Adds what the programs of a test printed to the output of the test, when it failed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ShowOutputOfFailedAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var line in KeptOutput.Last()) TestContext.Current.TestOutputHelper?.WriteLine(line);
        }

        KeptOutput.DropEnded();
    }
}
